import { useMemo, useState } from "react";
import { mergeTexts } from "./merge-texts.ts";

/** Both texts of a conflict, and what they were before they parted. */
export type ConflictSides = {
  mine: string;
  revision: number;
  theirs: string;
  version: number;
  base: string | null;
};

/**
 * The sides that somebody is choosing between. When either changes they follow, unless something was typed into the merge:
 * then that stays, until whoever typed it takes the newest in.
 */
export function useConflictSides(newest: ConflictSides) {
  const [sides, setSides] = useState(newest);
  const start = useMemo(() => mergeTexts(sides.base, sides.mine, sides.theirs).text, [sides]);
  const [typed, setText] = useState<string>();
  const isTyped = typed !== undefined && typed !== start;
  const isOld = sides.revision !== newest.revision || sides.version !== newest.version;
  if (isOld && !isTyped) {
    setSides(newest);
    setText(undefined);
  }
  return {
    sides,
    text: typed ?? start,
    setText,
    isTyped,
    isOld,
    takeNewest: () => {
      const isMineNewer = sides.revision !== newest.revision;
      const mine = mergeTexts(sides.mine, typed ?? start, isMineNewer ? newest.mine : sides.mine).text;
      setSides(newest);
      setText(mergeTexts(sides.theirs, mine, newest.theirs).text);
    },
  };
}
