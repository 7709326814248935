import { expect, test } from "vitest";
import { decodeText } from "./decode-text.ts";

test.each([
  ["UTF-8", [0x5a, 0x6f, 0xc3, 0xab]],
  ["UTF-8 with a byte order mark", [0xef, 0xbb, 0xbf, 0x5a, 0x6f, 0xc3, 0xab]],
  ["UTF-16, little end first", [0xff, 0xfe, 0x5a, 0, 0x6f, 0, 0xeb, 0]],
  ["UTF-16, big end first", [0xfe, 0xff, 0, 0x5a, 0, 0x6f, 0, 0xeb]],
  ["Windows' own", [0x5a, 0x6f, 0xeb]],
])("Zoë is read from %s", (_encoding, bytes) => {
  expect(decodeText(new Uint8Array(bytes))).toBe("Zoë");
});
