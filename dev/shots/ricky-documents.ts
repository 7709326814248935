import type { SceneDocument } from "./insert-documents.ts";

const SOUL = `# Ricky

You are **Ricky**, and you answer the phone of the front office.

## How you speak

- Friendly, short, and never in a hurry
- Say who you are before you ask who is calling
- When you do not know, say so, and take a message

## What you never do

1. Promise a date that nobody confirmed
2. Read a message aloud to somebody else

> A caller should hang up knowing what happens next.

See the [house rules](https://example.com/rules) and \`memory/\` for what was noted. <b>Raw HTML</b> stays text.

| Caller | First sentence |
| --- | --- |
| New | Welcome, this is Ricky |
| Known | Good to hear you again |

- [x] Greets
- [ ] Transfers calls

![The front desk](https://example.com/desk.png)
`;
export const TEMPLATE = "# Ricky\n\nYou are Ricky. You answer the phone and take messages.\n";
const FIRST = SOUL.replace("Friendly, short, and never in a hurry", "Friendly and short").replace(/\n> .*\n/, "");
export const ON_DISK = SOUL.replace("never in a hurry", "never in a rush").replace(
  "2. Read a message aloud to somebody else",
  "2. Read a message aloud to somebody else\n3. Give out the mobile number of anybody",
);
export const HERE = SOUL.replace("never in a hurry", "always patient");

/** His SOUL.md, five times changed. */
export const soul = (disk: SceneDocument["disk"], last = SOUL): SceneDocument => ({
  id: "ricky",
  type: "soul",
  texts: [
    { content: TEMPLATE, source: "template", minutesAgo: 1560 },
    { content: FIRST, source: "dashboard", minutesAgo: 320 },
    { content: `${FIRST}\nAsk for the number first.\n`, source: "disk", minutesAgo: 200 },
    { content: FIRST, source: "dashboard", reason: "restored", minutesAgo: 190 },
    { content: last, source: "dashboard", minutesAgo: 3 },
  ],
  ...(disk && { disk }),
});

const day = (daysAgo: number) => new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);

export const OTHERS: readonly SceneDocument[] = [
  {
    ...{ id: "ricky", type: "user" },
    texts: [{ content: "# User\n\nThe front office.\n", source: "template", minutesAgo: 1560 }],
    disk: { revision: 1, minutesAgo: 1558 },
  },
  {
    ...{ id: "ricky", type: "memory_long" },
    texts: [
      { content: "# Memory\n", source: "template", minutesAgo: 1560 },
      { content: "# Memory\n\n- Mrs Ames calls back on Mondays\n", source: "disk", minutesAgo: 12 },
    ],
    disk: { revision: 2, minutesAgo: 12 },
  },
  {
    ...{ id: "ricky", type: "memory_today", docDate: day(1) },
    texts: [{ content: "- 09:12 Mr Lind asked for the invoice\n", source: "disk", minutesAgo: 1300 }],
    disk: { revision: 1, minutesAgo: 1300 },
  },
  {
    ...{ id: "ricky", type: "identity" },
    texts: [{ content: "- **Name:** Ricky\n- **Emoji:** 🦊\n", source: "disk", minutesAgo: 1555 }],
    disk: { revision: 1, minutesAgo: 1555 },
  },
];

export const IN_STEP = [soul({ revision: 5, minutesAgo: 0.2 }), ...OTHERS];
/** Of the note of an earlier day. */
export const NOTE_CONFLICT = [
  ...IN_STEP.filter(({ type }) => type !== "memory_today"),
  {
    ...{ id: "ricky", type: "memory_today", docDate: day(1) },
    texts: [
      { content: "- 09:12 Mr Lind asked for the invoice\n", source: "disk", minutesAgo: 1300 },
      { content: "- 09:12 Mr Lind asked for the invoice; it was sent\n", source: "dashboard", minutesAgo: 1200 },
    ],
    disk: { minutesAgo: 1199, found: "- 09:12 Mr Lind asked for the invoice\n- 17:40 Closed for the day\n" },
  },
] satisfies SceneDocument[];
export const CONFLICT = [soul({ revision: 4, minutesAgo: 2, found: ON_DISK }, HERE), ...OTHERS];
