import { expect, it } from "vitest";
import { createRedact } from "./redact.ts";

const redact = createRedact(["correct-horse-battery", "short"], "/Users/ada.b");

it.each([
  ["/Users/ada.b/.openclaw/workspace-ricky", "~/.openclaw/workspace-ricky"],
  ["cannot write '/Users/ada.b': denied", "cannot write '~': denied"],
  ['{"dir":"/Users/ada.b/x"} file:///Users/ada.b/y', '{"dir":"~/x"} file://~/y'],
  ["/Users/ada.bell /Users/ada.b-2 /mnt/Users/ada.b", "/Users/ada.bell /Users/ada.b-2 /mnt/Users/ada.b"],
  ["/Users/adaxb/x", "/Users/adaxb/x"],
  ["No such folder: /Users/ada.b.", "No such folder: ~."],
  ["/System/Volumes/Data/Users/ada.b/x", "~/x"],
])("the home folder is a ~, and no other folder is: %s", (text, clean) => {
  expect(redact(text)).toBe(clean);
});

it.each([
  ["password correct-horse-battery!", "password [hidden]!"],
  ["eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiYW5vbiJ9.c2lnbmF0dXJl", "[hidden]"],
  ["apikey: sb_secret_abcdefgh_12345678", "apikey: [hidden]"],
  ["Incorrect API key provided: sk-ant-api03-abcdefgh_ijklmnop", "Incorrect API key provided: [hidden]"],
  ["https://ada:hunter2@proxy.example:8080/x", "https://[hidden]@proxy.example:8080/x"],
  ["postgres://postgres:pa:ss@db.example/postgres", "postgres://[hidden]@db.example/postgres"],
  ["https://example.com/@ada and ada@example.com", "https://example.com/@ada and ada@example.com"],
  ["postgres://postgres:pa@ss@db.example/postgres", "postgres://[hidden]@db.example/postgres"],
  ["bot 123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw_ started", "bot [hidden] started"],
  ["Authorization: Bearer 0123456789abcdef", "Authorization: Bearer [hidden]"],
  ["a short answer", "a short answer"],
])("secrets are hidden: %s", (text, clean) => {
  expect(redact(text)).toBe(clean);
});

it("a process that lives at the root hides no path", () => {
  expect(createRedact([], "/")("/etc/hosts")).toBe("/etc/hosts");
});

it("a home folder of any name is one", () => {
  expect(createRedact([], "/Users/Zoë (x)-1 +")("/Users/Zoë (x)-1 +/x")).toBe("~/x");
});

it("the home folder of somebody else in which OpenClaw lies is one as well", () => {
  const clean = createRedact([], "/root", ["/Users/ada/claw", "/srv/claw"]);
  expect(clean("/Users/ada/claw/.openclaw and /Users/ada/Desktop, of /root/x and /srv/claw")).toBe(
    "~/claw/.openclaw and ~/Desktop, of ~/x and /srv/claw",
  );
});

it("a secret is hidden in a line of JSON too, where it looks different", () => {
  const secret = 'a "quoted" \\ secret';
  expect(createRedact([secret])(JSON.stringify({ said: secret }))).toBe('{"said":"[hidden]"}');
});
