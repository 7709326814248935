import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { adoptStyles } from "./adopted-styles.ts";
import { markdown } from "./markdown-language.ts";

adoptStyles();

/** The page's tokens follow light and dark by themselves, so that one theme is enough. */
const theme = EditorView.theme({
  "&": { backgroundColor: "var(--color-surface)", color: "var(--color-ink)", fontSize: "0.8125rem" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--font-mono)", lineHeight: "1.65", overflow: "auto" },
  ".cm-content": { padding: "1rem 0", caretColor: "var(--color-ink)" },
  ".cm-line": { padding: "0 1.25rem" },
  ".cm-cursor, .cm-dropCursor": { borderLeftColor: "var(--color-ink)" },
  ".cm-placeholder": { color: "var(--color-faint)" },
  ".cm-gutters": { background: "transparent", border: "none", color: "var(--color-quiet)" },
  ".cm-changeGutter": { width: "3px", paddingLeft: "0" },
  "& .cm-changedLineGutter": { background: "var(--color-success-solid) !important" },
  "& .cm-deletedLineGutter": { background: "var(--color-danger-solid) !important" },
  "& .cm-changedLine, & .cm-inlineChangedLine": { backgroundColor: "var(--color-success-soft) !important" },
  "& .cm-deletedChunk": { backgroundColor: "var(--color-danger-soft) !important", padding: "0 !important" },
  "& .cm-changedText": {
    background: "color-mix(in oklab, var(--color-success-solid) 18%, transparent) !important",
    borderRadius: "0.125rem",
  },
  "& .cm-deletedChunk .cm-deletedText, & .cm-deletedText": {
    background: "color-mix(in oklab, var(--color-danger-solid) 18%, transparent) !important",
    borderRadius: "0.125rem",
  },
  "& .cm-deletedChunk .cm-deletedLine": { padding: "0 1.25rem", textDecoration: "none" },
  "& .cm-deletedLine del, & .cm-insertedLine": { textDecoration: "none" },
  "& .cm-collapsedLines:before, & .cm-collapsedLines:after": { content: "none" },
  "& .cm-collapsedLines": {
    color: "var(--color-quiet) !important",
    background: "var(--color-sunken) !important",
    padding: "0.375rem 1.25rem",
    fontFamily: "var(--font-sans)",
    fontSize: "0.75rem",
  },
  "& .cm-deletedChunk .cm-chunkButtons": {
    position: "static",
    display: "flex",
    flexWrap: "wrap",
    gap: "0.375rem",
    padding: "0.375rem 1.25rem",
    fontFamily: "var(--font-sans)",
  },
  "& .cm-deletedChunk .cm-chunkButtons button": {
    height: "1.75rem",
    margin: "0",
    padding: "0 0.5rem",
    border: "1px solid var(--color-line-strong)",
    borderRadius: "var(--radius-sm)",
    background: "var(--color-surface)",
    color: "var(--color-ink)",
    fontSize: "0.75rem",
    fontWeight: "500",
    boxShadow: "var(--shadow-raised)",
  },
  "& .cm-deletedChunk .cm-chunkButtons button:hover": { background: "var(--color-hover)" },
  "@media (max-width: 40rem)": {
    // Safari zooms in on smaller text. Here "&" would be the media query.
    ".cm-content": { fontSize: "1rem" },
    ".cm-line, .cm-deletedChunk .cm-deletedLine, .cm-deletedChunk .cm-chunkButtons": { paddingInline: "1rem" },
  },
});

/** Still reached by Tab, so that the keyboard can scroll and select. */
export const readOnly: Extension = [
  EditorState.readOnly.of(true),
  EditorView.contentAttributes.of({ "aria-readonly": "true" }),
];

/** What every editor here has: Markdown, wrapped lines, undo; `label` is said by a screen reader. */
export function editorBase(label: string): Extension {
  return [
    markdown,
    theme,
    EditorView.lineWrapping,
    // It is reached by Tab anyway; without being told so, axe does not see that.
    EditorView.contentAttributes.of({
      tabindex: "0",
      "aria-label": label,
      spellcheck: "true",
      autocapitalize: "sentences",
    }),
    history(),
    keymap.of([...defaultKeymap, ...historyKeymap]),
  ];
}
