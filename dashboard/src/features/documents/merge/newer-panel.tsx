import { useState } from "react";
import { sentences } from "../../../lib/fleet/sentences.ts";
import { Button } from "../../../ui/button.tsx";
import { Notice } from "../../../ui/notice.tsx";
import { problemOf } from "../text-size.ts";
import { mergeTexts } from "./merge-texts.ts";
import { MergeView } from "./merge-view.tsx";

/** The document was saved by somebody else while this was written. */
export type NewerText = {
  mine: string;
  /** What both began with. */
  base: string;
  theirs: { content: string; revision: number; docDate: string | null };
  /** Mine begins the note of this day. */
  docDate: string | undefined;
};

/** The day whose note mine begins still; undefined once theirs is of that day. */
export function laterDay({ docDate, theirs }: NewerText): string | undefined {
  return docDate !== undefined && docDate > (theirs.docDate ?? "") ? docDate : undefined;
}

type NewerPanelProps = {
  name: string;
  newer: NewerText;
  isBusy: boolean;
  /** What was typed into the merge. */
  onType: (text: string) => void;
  /** What is to be the document from now on. */
  onSave: (content: string) => void;
  /** Mine is given up. */
  onUseTheirs: () => void;
  /** Back to writing, undecided. */
  onBack: () => void;
};

/** Two people wrote at once: both texts, and what is to become of them. */
export function NewerPanel({ name, newer, isBusy, onType, onSave, onUseTheirs, onBack }: NewerPanelProps) {
  const { mine, base, theirs } = newer;
  const [merged] = useState(() => mergeTexts(base, mine, theirs.content));
  const [text, setText] = useState(merged.text);
  const problem = problemOf(text);
  return (
    <>
      <Notice tone="warning" live="status" title="A newer text was saved while you were writing">
        {merged.isClean
          ? "Yours and theirs changed different lines, and both are in the merge below. Look it over, then save it."
          : "Some lines were changed by both. The merge below has yours there: take theirs where that is better, then save it."}
        {problem !== undefined && ` ${sentences(problem)}`}
      </Notice>
      <MergeView
        name={name}
        mineLabel="Yours, merged"
        theirsLabel="Theirs, as saved now"
        theirs={theirs.content}
        value={text}
        onValueChange={(next) => {
          setText(next);
          onType(next);
        }}
        isBusy={isBusy}
      >
        <Button variant="ghost" onClick={onBack} className="mr-auto">
          Back
        </Button>
        <Button disabled={isBusy} onClick={onUseTheirs}>
          Use theirs
        </Button>
        <Button disabled={isBusy} onClick={() => onSave(mine)}>
          Keep mine
        </Button>
        <Button variant="primary" isBusy={isBusy} disabled={problem !== undefined} onClick={() => onSave(text)}>
          Save the merge
        </Button>
      </MergeView>
    </>
  );
}
