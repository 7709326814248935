import { createHash } from "node:crypto";

/** Numbers that look random and are the same for the same seed, so that a run that failed can be run again. */
export interface SeededRandom {
  /** A whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number;
  pick<T>(choices: readonly [T, ...T[]]): T;
}

/** Mulberry32: small, and even enough to choose moments by. */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    whole: (least, most) => least + Math.floor(next() * (most - least + 1)),
    pick: (choices) => choices[Math.floor(next() * choices.length)] ?? choices[0],
  };
}

/**
 * A stream of its own for each named moment of a row, the same for the same seed whatever else is played, in which order, and
 * how much at once.
 */
export function momentsOf(seed: number, row: string): (moment: string) => SeededRandom {
  return (moment) =>
    seededRandom(
      createHash("sha256")
        .update(JSON.stringify([seed, row, moment]))
        .digest()
        .readUInt32LE(),
    );
}
