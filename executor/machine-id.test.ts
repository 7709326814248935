import { expect, test } from "vitest";
import { machineId } from "./machine-id.ts";

// As `ioreg -rd1 -c IOPlatformExpertDevice` prints it.
const LINE = '      "IOPlatformUUID" = "0A1B2C3D-4E5F-6071-8293-A4B5C6D7E8F9"\n';

test("it is a hash of the system's own id, the same each time and another on each machine", async () => {
  const [mac, again, linux] = await Promise.all([
    machineId(async () => LINE),
    machineId(async () => LINE),
    machineId(async () => "3d1219c7c4c5404aaa1f6d2a48adfda4\n"),
  ]);
  expect(mac).toMatch(/^[0-9a-f]{64}$/);
  expect(again).toBe(mac);
  expect(linux).toMatch(/^[0-9a-f]{64}$/);
  expect(linux).not.toBe(mac);
});

test("there is none where the system has none, or does not tell it", async () => {
  for (const text of ["", "uninitialized\n", "\0"]) expect(await machineId(async () => text)).toBeUndefined();
  expect(await machineId(() => Promise.reject(new Error("ENOENT")))).toBeUndefined();
});
