import { Field } from "@base-ui/react/field";
import type { ReactNode, RefObject } from "react";
import { lineRange } from "./line-range.ts";

type TextEditorProps = {
  textRef: RefObject<HTMLTextAreaElement | null>;
  value: string;
  onValueChange: (value: string) => void;
  placeholder: string;
  /** Lines with something wrong, counted from 1. */
  wrongLines: readonly number[];
  /** Lies over the text. */
  children?: ReactNode;
};

const LINE_REM = 1.5;
const PADDING_REM = 0.5;

/** Text with numbered lines, none of them folded, in a box that is as high as its place. Inside a Field. */
export function TextEditor({ textRef, value, onValueChange, placeholder, wrongLines, children }: TextEditorProps) {
  const lineCount = value.split("\n").length;
  return (
    <div className="relative flex min-h-0 flex-1 rounded-md border border-line-strong bg-surface shadow-raised transition-[border-color] hover:border-faint has-focus-visible:border-focus has-focus-visible:outline-1 has-focus-visible:outline-focus">
      <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain rounded-md">
        <div className="relative grid min-h-full grid-cols-[auto_minmax(0,1fr)]">
          {wrongLines.map((line) => (
            <span
              key={line}
              data-line={line}
              className="absolute inset-x-0 scroll-my-10 bg-danger-soft"
              style={{ top: `${PADDING_REM + (line - 1) * LINE_REM}rem`, height: `${LINE_REM}rem` }}
            />
          ))}
          <pre
            aria-hidden
            className="relative min-w-9 select-none py-2 pr-2 text-right font-sans text-faint text-xs leading-6 tabular-nums"
          >
            {Array.from({ length: lineCount }, (_, index) => index + 1).join("\n")}
          </pre>
          <Field.Control
            ref={textRef}
            value={value}
            onValueChange={onValueChange}
            render={<textarea rows={lineCount} wrap="off" placeholder={placeholder} spellCheck={false} />}
            className="relative resize-none overflow-y-hidden bg-transparent py-2 pr-3 pl-1 text-base text-ink leading-6 outline-hidden placeholder:text-faint sm:text-sm sm:leading-6"
          />
        </div>
      </div>
      {children}
    </div>
  );
}

/** Selects a line of a TextEditor, counted from 1; one with something wrong is brought into view. */
export function goToLine(textarea: HTMLTextAreaElement, line: number): void {
  textarea.focus({ preventScroll: true });
  textarea.setSelectionRange(...lineRange(textarea.value, line));
  textarea.scrollLeft = 0;
  textarea.parentElement?.querySelector(`[data-line="${line}"]`)?.scrollIntoView({ block: "nearest" });
}

/** Puts a text in place of all that is there, as if it had been typed: the browser's undo brings that back. */
export function replaceText(textarea: HTMLTextAreaElement, text: string): void {
  textarea.focus();
  textarea.select();
  document.execCommand("insertText", false, text);
}
