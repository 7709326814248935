import { expect, test } from "vitest";
import { NO_FILTER } from "./filter-requests.ts";
import { readAddress, requestPath, writeAddress } from "./request-address.ts";

test("an address that says nothing means everything, and everything needs no address", () => {
  const everything = { ...NO_FILTER, openId: null };
  expect(readAddress(new URLSearchParams())).toEqual(everything);
  expect(String(writeAddress(everything))).toBe("");
});

test("what is looked for comes out of the address as it went in", () => {
  const address = { group: "failed", kind: "set_identity", search: "zoë & co", openId: "9b0c" } as const;
  expect(readAddress(new URLSearchParams(String(writeAddress(address))))).toEqual(address);
});

test("a state that is none is not looked for", () => {
  expect(readAddress(new URLSearchParams("state=broken")).group).toBe("all");
});

test("a request has an address of its own, whatever is looked for", () => {
  expect(requestPath("9b0c")).toBe("/requests?request=9b0c");
});
