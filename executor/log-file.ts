import {
  type BigIntStats,
  closeSync,
  fchmodSync,
  fstatSync,
  mkdirSync,
  openSync,
  renameSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";

interface LogFileOptions {
  file: string;
  /** A file that would become larger is put aside first, in bytes. */
  maxBytes?: number;
  /** How many are kept beside the current one, as `<file>.1` (the newest) and so on. */
  kept?: number;
  /** Told once, in a sentence, whenever the file begins or ceases to be a good one. */
  complain: (sentence: string) => void;
}

const MAX_BYTES = 10 * 1024 * 1024;
const KEPT = 5;
/** What waits in memory while the disk takes nothing, in bytes. */
const MAX_WAITING_BYTES = 1024 * 1024;

/**
 * A file of lines that rotates by size, for the eyes of its owner alone. A line is in the file before `write` returns; when
 * the disk is full it waits in memory, and goes before those that follow. When somebody takes the file away, lines go on in a
 * new one. `write` never throws.
 * @throws Error when the file cannot be opened at all
 */
export function openLogFile({ file, maxBytes = MAX_BYTES, kept = KEPT, complain }: LogFileOptions) {
  let fd = openWithFolder(file);
  let { size } = fstatSync(fd);
  let waiting = Buffer.alloc(0);
  let dropped = 0;
  let isStuck = false;
  let isTooLarge = false;
  let isAway = false;

  function goOnIn(next: number): void {
    closeSync(fd);
    fd = next;
    ({ size } = fstatSync(fd));
  }

  /** Each time, because what goes to a file without a name is lost; it takes as long as to write one line. */
  function reopenWhenAway(): void {
    try {
      if (!isSame(statSync(file, { bigint: true, throwIfNoEntry: false }), fstatSync(fd, { bigint: true })))
        goOnIn(openWithFolder(file));
      isAway = false;
    } catch (error) {
      if (!isAway)
        complain(
          `The log ${file} was taken away and cannot be opened anew, and lines wait in memory: ${wordsOf(error)}`,
        );
      isAway = true;
    }
  }

  function rotate(): void {
    // Before anything is moved: without a file to go on in, everything stays as it is, and the old one grows.
    const next = openPrivate(`${file}.next`);
    try {
      for (let number = kept - 1; number > 0; number -= 1) renameIfThere(`${file}.${number}`, `${file}.${number + 1}`);
      renameIfThere(file, `${file}.1`);
      renameSync(`${file}.next`, file);
    } catch (error) {
      closeSync(next);
      throw error;
    }
    goOnIn(next);
  }

  function rotateWhenDue(): void {
    // Not in the middle of a line that the disk took only half of.
    if (isStuck || size === 0 || size + waiting.length <= maxBytes) return;
    try {
      rotate();
      isTooLarge = false;
    } catch (error) {
      if (!isTooLarge) complain(`The log ${file} cannot be put aside, and grows: ${wordsOf(error)}`);
      isTooLarge = true;
    }
  }

  function flush(): void {
    try {
      while (waiting.length > 0) {
        const written = writeSync(fd, waiting);
        size += written;
        waiting = waiting.subarray(written);
      }
      if (isStuck) complain(`The log ${file} is written again; lines that are missing: ${dropped}`);
      isStuck = false;
      dropped = 0;
    } catch (error) {
      if (!isStuck) complain(`The log ${file} cannot be written, and lines wait in memory: ${wordsOf(error)}`);
      isStuck = true;
    }
  }

  return {
    write(line: string): void {
      waiting = Buffer.concat([waiting, Buffer.from(line)]);
      reopenWhenAway();
      rotateWhenDue();
      if (!isAway) flush();
      for (; waiting.length > MAX_WAITING_BYTES; dropped += 1) waiting = waiting.subarray(waiting.indexOf("\n") + 1);
    },
    close: () => closeSync(fd),
  };
}

function openWithFolder(file: string): number {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  return openPrivate(file);
}

function openPrivate(file: string): number {
  const fd = openSync(file, "a", 0o600);
  // One that was there before may be open to others.
  fchmodSync(fd, 0o600);
  return fd;
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    const isAbsent = error instanceof Error && "code" in error && error.code === "ENOENT";
    if (!isAbsent) throw error;
  }
}

const isSame = (there: BigIntStats | undefined, open: BigIntStats) => there?.ino === open.ino && there.dev === open.dev;

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
