import { type RefObject, useState } from "react";
import { decodeText } from "./decode-text.ts";
import { replaceText } from "./text-editor.tsx";

/** Many times what may be created at once. */
const LARGEST_FILE_BYTES = 1024 * 1024;

export type ListFile = {
  /** Puts the text of a file into the editor. */
  take: (file: File) => void;
  /** Why the last one could not be taken. */
  problem: string | undefined;
  forgetProblem: () => void;
};

export function useListFile(textRef: RefObject<HTMLTextAreaElement | null>): ListFile {
  const [problem, setProblem] = useState<string>();
  const read = async (file: File) => {
    if (file.size > LARGEST_FILE_BYTES) return setProblem(`${file.name} is larger than 1 MB, and most likely no list`);
    const text = decodeText(new Uint8Array(await file.arrayBuffer()));
    setProblem(undefined);
    if (textRef.current !== null) replaceText(textRef.current, text);
  };
  const take = (file: File) => {
    // A folder, or a file that is gone by now.
    read(file).catch(() => setProblem(`${file.name} could not be read`));
  };
  return { take, problem, forgetProblem: () => setProblem(undefined) };
}
