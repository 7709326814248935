import fc from "fast-check";

/** What befalls one document: by a page, by a client of the table, and by its agent on disk. */
const DOCUMENT_MOVES = ["save", "write table", "append", "replace", "change back", "delete", "settle"] as const;
/** What befalls the executor of all of them. */
const MACHINE_MOVES = ["kill", "restart", "lose answers"] as const;

export type DocumentMove = (typeof DOCUMENT_MOVES)[number];
export type MachineMove = (typeof MACHINE_MOVES)[number];
interface Step<Move> {
  move: Move;
  /** In ms, since the one before. */
  after: number;
}

/** So many documents share one executor, and are killed with it. */
export const DOCUMENTS_AT_ONCE = 20;

const documentStep: fc.Arbitrary<Step<DocumentMove>> = fc.record({
  move: fc.oneof(
    { weight: 4, arbitrary: fc.constant<DocumentMove>("save") },
    { weight: 4, arbitrary: fc.constant<DocumentMove>("append") },
    { weight: 2, arbitrary: fc.constant<DocumentMove>("replace") },
    { weight: 2, arbitrary: fc.constant<DocumentMove>("settle") },
    { weight: 1, arbitrary: fc.constantFrom<DocumentMove>("write table", "change back", "delete") },
  ),
  after: fc.integer({ min: 0, max: 900 }),
});

/** One interleaving for each document, and what the executor goes through meanwhile. */
export const plan = fc.record({
  documents: fc.array(
    fc.record({
      type: fc.constantFrom(
        "soul" as const,
        "user" as const,
        "memory_long" as const,
        "agents" as const,
        "memory_today" as const,
      ),
      steps: fc.array(documentStep, { minLength: 4, maxLength: 9, size: "max" }),
    }),
    { minLength: DOCUMENTS_AT_ONCE, maxLength: DOCUMENTS_AT_ONCE },
  ),
  machine: fc.array(
    fc.record({
      move: fc.oneof(
        { weight: 3, arbitrary: fc.constant<MachineMove>("kill") },
        { weight: 1, arbitrary: fc.constantFrom<MachineMove>("restart", "lose answers") },
      ),
      after: fc.integer({ min: 200, max: 1500 }),
    }),
    { minLength: 3, maxLength: 5, size: "max" },
  ),
});
export type Plan = typeof plan extends fc.Arbitrary<infer Shape> ? Shape : never;
