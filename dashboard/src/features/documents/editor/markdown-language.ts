import {
  defineLanguageFacet,
  HighlightStyle,
  Language,
  languageDataProp,
  syntaxHighlighting,
} from "@codemirror/language";
import { tags } from "@lezer/highlight";
import { GFM, parser } from "@lezer/markdown";

const facet = defineLanguageFacet({ commentTokens: { block: { open: "<!--", close: "-->" } } });

const language = new Language(
  facet,
  parser.configure([GFM, { props: [languageDataProp.add({ Document: facet })] }]),
  [],
  "markdown",
);

const colors = HighlightStyle.define([
  { tag: tags.heading, color: "var(--color-ink)", fontWeight: "600" },
  { tag: tags.strong, fontWeight: "600" },
  { tag: tags.emphasis, fontStyle: "italic" },
  { tag: tags.strikethrough, textDecoration: "line-through" },
  { tag: [tags.link, tags.url], color: "var(--color-accent-ink)" },
  { tag: [tags.monospace, tags.labelName], color: "var(--color-success)" },
  { tag: tags.quote, fontStyle: "italic" },
  { tag: [tags.comment, tags.contentSeparator], color: "var(--color-quiet)" },
  { tag: [tags.processingInstruction, tags.list], color: "var(--color-accent-ink)" },
  { tag: tags.list, color: "inherit" },
]);

/** Markdown as GitHub writes it, in the page's colours. */
export const markdown = [language, syntaxHighlighting(colors)];
