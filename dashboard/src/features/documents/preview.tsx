import { ImageOff } from "lucide-react";
import Markdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";

/**
 * Raw HTML stays text, and nothing is fetched: an image is its description, and a link leads out only when it is pressed.
 * Headings begin below that of the page.
 */
const COMPONENTS: Components = {
  h1: ({ children }) => <h2>{children}</h2>,
  h2: ({ children }) => <h3>{children}</h3>,
  h3: ({ children }) => <h4>{children}</h4>,
  h4: ({ children }) => <h5>{children}</h5>,
  h5: ({ children }) => <h6>{children}</h6>,
  a: ({ href, children }) =>
    href !== undefined && /^(?:https?|mailto):/i.test(href) ? (
      <a href={href} target="_blank" rel="noopener noreferrer">
        {children}
      </a>
    ) : (
      // It leads to a file beside this one, which the page does not have.
      <span title={href}>{children}</span>
    ),
  img: ({ alt, src }) => (
    <span className="inline-flex items-center gap-1.5 rounded-sm bg-sunken px-1.5 text-quiet" title={String(src)}>
      <ImageOff aria-hidden className="size-3.5" />
      {alt || "Image"}
    </span>
  ),
  input: ({ checked }) => <input type="checkbox" disabled checked={checked} aria-label={checked ? "Done" : "To do"} />,
};

const REMARK = [remarkGfm];

/** How a document reads. */
export function Preview({ text }: { text: string }) {
  return (
    <section
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
      tabIndex={0}
      aria-label="Preview"
      className="markdown h-[clamp(18rem,calc(100dvh-23rem),60rem)] overflow-y-auto px-5 py-4 -outline-offset-2 max-sm:h-[max(16rem,calc(100dvh-26.5rem))]"
    >
      {text.trim() === "" ? (
        <p className="text-quiet">Nothing to preview.</p>
      ) : (
        <Markdown remarkPlugins={REMARK} components={COMPONENTS}>
          {text}
        </Markdown>
      )}
    </section>
  );
}
