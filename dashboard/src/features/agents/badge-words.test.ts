import { expect, test } from "vitest";
import { partBadge } from "./badge-words.ts";

test.each([
  ["waiting", "Waiting for Mac mini · last seen 3 h ago", "Waiting for Mac mini", "Last seen 3 h ago"],
  ["waiting", "Waiting for Mac mini", "Waiting for Mac mini", undefined],
  ["provisioning", "Provisioning… · step 2 of 4", "Provisioning…", "Step 2 of 4"],
  ["unconfirmed", "Live · unconfirmed since 14:05", "Live · unconfirmed", "Since 14:05"],
  ["identity_failed", "Live · identity not saved", "Live · identity not saved", undefined],
] as const)("the badge %s, %j, is %j and %j", (state, label, short, rest) => {
  expect(partBadge({ state, label })).toEqual(rest === undefined ? { short } : { short, rest });
});
