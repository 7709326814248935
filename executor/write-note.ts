import { z } from "zod";
import type { ProcessTree } from "./process-tree.ts";
import { readStateFile, removeStateFile, writeStateFile } from "./state-file.ts";

const writeNote = z.object({
  verb: z.string(),
  requestId: z.string().nullable(),
  mark: z.string(),
  /** Absent from before the start of the process until it is known. */
  pid: z.number().int().positive().optional(),
  startedAt: z.number(),
});

/** One CLI write that runs, or ran when its executor died: enough to find its whole tree. */
export type WriteNote = z.infer<typeof writeNote> & ProcessTree;

/** Writes run one at a time, so that there is one note at most. @throws ExecutorError disk_full | state_not_writable */
export function createWriteNote(file: string) {
  return {
    keep: (note: WriteNote): Promise<void> => writeStateFile(file, `${JSON.stringify(note)}\n`),
    remove: (): Promise<void> => removeStateFile(file),
    /** The note that is there, or null. One that cannot be read names nothing that could be ended. */
    async read(): Promise<WriteNote | null> {
      const text = await readStateFile(file);
      return text === null ? null : parse(text);
    },
  };
}

function parse(text: string): WriteNote | null {
  try {
    return writeNote.parse(JSON.parse(text));
  } catch {
    // Written by a person or by another version: never half, because a note is renamed into its place.
    return null;
  }
}
