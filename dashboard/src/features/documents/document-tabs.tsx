import { type KeyboardEvent, useEffect, useRef } from "react";
import type { DocumentType } from "#contract";
import { classNames } from "../../ui/class-names.ts";
import { TONE_SOLID } from "../../ui/tone.ts";
import { type DiskState, SHORT_WORDS } from "./disk-words.ts";
import { DOCUMENT_WORDS, SHOWN_DOCUMENTS } from "./document-names.ts";

export const PANEL_ID = "document";
export const tabId = (type: DocumentType): string => `document-${type}`;

/** States of which a tab tells from afar. */
const TOLD: ReadonlySet<DiskState["kind"]> = new Set(["conflict", "error", "on-its-way", "waiting"]);

type DocumentTabsProps = {
  selected: DocumentType;
  /** Where each document stands; undefined while it is not known. */
  states: ReadonlyMap<DocumentType, DiskState>;
  onSelect: (type: DocumentType) => void;
};

/** One stop for Tab; arrow keys lead from document to document. */
export function DocumentTabs({ selected, states, onSelect }: DocumentTabsProps) {
  const list = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const tab = list.current?.querySelector<HTMLElement>(`#${tabId(selected)}`);
    tab?.scrollIntoView({ block: "nearest", inline: "nearest" });
    // Whoever came by the arrows goes on by them.
    if (list.current?.contains(document.activeElement)) tab?.focus();
  }, [selected]);

  const move = (event: KeyboardEvent, index: number) => {
    const next = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: -1 }[event.key];
    const type = next === undefined ? undefined : SHOWN_DOCUMENTS.at(next % SHOWN_DOCUMENTS.length);
    if (type === undefined) return;
    event.preventDefault();
    onSelect(type);
  };

  return (
    <div className="min-w-0 overflow-x-auto border-line border-b [scrollbar-width:none]">
      <div ref={list} role="tablist" aria-label="Documents" className="flex w-max gap-1 px-1 pt-1">
        {SHOWN_DOCUMENTS.map((type, index) => {
          const state = states.get(type);
          const isSelected = type === selected;
          return (
            <button
              key={type}
              id={tabId(type)}
              type="button"
              role="tab"
              aria-selected={isSelected}
              aria-controls={PANEL_ID}
              tabIndex={isSelected ? 0 : -1}
              onClick={() => onSelect(type)}
              onKeyDown={(event) => move(event, index)}
              className="-mb-px flex h-10 cursor-pointer items-center gap-2 rounded-t-md border-transparent border-b-2 px-3 text-quiet text-sm -outline-offset-2 transition-colors hover:text-ink aria-selected:border-accent aria-selected:font-medium aria-selected:text-ink"
            >
              {DOCUMENT_WORDS[type].label}
              {state !== undefined && TOLD.has(state.kind) && (
                <>
                  <span aria-hidden className={classNames("size-1.5 rounded-full", TONE_SOLID[state.tone])} />
                  <span className="sr-only">({SHORT_WORDS[state.kind]})</span>
                </>
              )}
            </button>
          );
        })}
      </div>
    </div>
  );
}
