/** A document as it stands in the database, as far as the page has read it. Revision 0: it is not there yet. */
export type Head = { content: string; revision: number; docDate: string | null };

/** What somebody typed and did not save. `base` is the document that they saw when they began. */
export type Edit = {
  text: string;
  base: { content: string; revision: number };
  /** Begins the note of this day. */
  docDate?: string | undefined;
};

export function isUnsaved(edit: Edit | undefined): edit is Edit {
  return edit !== undefined && (edit.text !== edit.base.content || edit.docDate !== undefined);
}

/** Whether the document became another one while somebody typed. */
export function isOvertaken(edit: Edit | undefined, head: Head): boolean {
  return isUnsaved(edit) && head.revision > edit.base.revision && head.content !== edit.text;
}

/** The edit as it counts: none once the document is what it was to make of it. */
export function currentEdit(edit: Edit | undefined, head: Head): Edit | undefined {
  if (edit === undefined) return undefined;
  const { text, base, docDate } = edit;
  // Saved, and the answer is ahead of what was read.
  if (text === base.content && docDate === undefined) return base.revision > head.revision ? edit : undefined;
  const isSaved = docDate === undefined && text === head.content && head.revision >= base.revision;
  return isSaved ? undefined : edit;
}

export function typeInto(edit: Edit | undefined, head: Head, text: string): Edit {
  const { base, docDate } = currentEdit(edit, head) ?? { base: { content: head.content, revision: head.revision } };
  return { text, base, ...(docDate !== undefined && { docDate }) };
}

/** After this text was saved as this revision; what was typed meanwhile on top of it stays unsaved. */
export function settleEdit(edit: Edit | undefined, head: Head, saved: { content: string; revision: number }): Edit {
  const typed = currentEdit(edit, head);
  // An edit that was saved before this one has nothing to say any more.
  const text = isUnsaved(typed) ? typed.text : saved.content;
  return { text, base: { content: saved.content, revision: saved.revision } };
}
