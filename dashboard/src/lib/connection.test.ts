import { expect, test } from "vitest";
import { connectionState } from "./connection.ts";

const fresh = { isStreaming: false, wasEverStreaming: false, isReachable: undefined, hasNetwork: true };

test("a page that has just opened connects", () => {
  expect(connectionState(fresh)).toBe("connecting");
});

test("live means that changes flow, not that a request was answered", () => {
  expect(connectionState({ ...fresh, isReachable: true })).toBe("connecting");
  expect(connectionState({ ...fresh, isStreaming: true })).toBe("live");
});

test("a channel that is lost while Supabase answers is being reconnected", () => {
  expect(connectionState({ ...fresh, wasEverStreaming: true, isReachable: true })).toBe("reconnecting");
});

test("a Supabase that does not answer makes the page offline", () => {
  expect(connectionState({ ...fresh, isReachable: false })).toBe("offline");
});

test("without a network the page is offline, unless Supabase runs on this computer and answers", () => {
  expect(connectionState({ ...fresh, hasNetwork: false })).toBe("offline");
  expect(connectionState({ ...fresh, hasNetwork: false, isReachable: true })).toBe("connecting");
});
