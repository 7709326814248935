import { expect, it } from "vitest";
import { isLoopback } from "./is-loopback.ts";

it.each(["localhost", "hatchery.localhost", "127.0.0.1", "127.8.9.10", "[::1]"])("%s is this machine", (host) => {
  expect(isLoopback(host)).toBe(true);
});

it.each(["192.168.1.7", "10.0.0.1", "localhost.example.com", "127.0.0.1.example.com", "mylocalhost", "[::2]"])(
  "%s can be opened by others",
  (host) => {
    expect(isLoopback(host)).toBe(false);
  },
);
