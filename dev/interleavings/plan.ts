import fc from "fast-check";
import type { DocumentType } from "#contract";

/** What pages and other clients do to a document. */
const ROW_MOVES = ["save", "save", "save", "settle", "write table"] as const;
/** What its agent does to the file. */
const FILE_MOVES = ["append", "append", "append", "replace", "replace", "change back", "delete"] as const;
/** What befalls the executor of all of them. */
const MACHINE_MOVES = ["kill", "kill", "restart", "lose answers"] as const;

export type RowMove = (typeof ROW_MOVES)[number];
export type FileMove = (typeof FILE_MOVES)[number];
export type MachineMove = (typeof MACHINE_MOVES)[number];

/** So many documents share one executor, and are killed with it. */
export const DOCUMENTS_AT_ONCE = 20;
const LONGEST_PAUSE_MS = 900;

/** `after` is the pause since the step before, in ms; `thinks` that of a person between reading and saving. */
const steps = <const Moves extends readonly [string, ...string[]]>(moves: Moves, most: number) =>
  fc.array(
    fc.record({
      move: fc.constantFrom<Moves[number][]>(...moves),
      after: fc.integer({ min: 0, max: LONGEST_PAUSE_MS }),
      thinks: fc.integer({ min: 0, max: LONGEST_PAUSE_MS }),
    }),
    { minLength: Math.ceil(most / 2), maxLength: most, size: "max" },
  );

/** What happens to each document at the same time, and what the executor goes through meanwhile. */
const act = fc.record({
  documents: fc.array(
    fc.record({
      /** Two pages at once. */
      pages: fc.tuple(steps(ROW_MOVES, 3), steps(ROW_MOVES, 3)),
      file: steps(FILE_MOVES, 4),
    }),
    { minLength: DOCUMENTS_AT_ONCE, maxLength: DOCUMENTS_AT_ONCE },
  ),
  machine: steps(MACHINE_MOVES, 6),
});

/** One interleaving for each document, in two acts: what the first left in conflict is settled in the midst of the second. */
export const plan = fc.record({
  types: fc.array(fc.constantFrom<DocumentType[]>("soul", "user", "memory_long", "agents", "memory_today"), {
    minLength: DOCUMENTS_AT_ONCE,
    maxLength: DOCUMENTS_AT_ONCE,
  }),
  acts: fc.tuple(act, act),
});
export type Act = typeof act extends fc.Arbitrary<infer Shape> ? Shape : never;
export type Plan = typeof plan extends fc.Arbitrary<infer Shape> ? Shape : never;
