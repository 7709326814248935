import { type ClassValue, clsx } from "clsx";
import { createTailwindMerge } from "tailwind-merge";

const FONT_SIZES = ["2xs", "xs", "sm", "base", "lg", "xl", "2xl"];
const any = () => true;
/** A length: `4`, `1.5`, `full`, `px`, `[2px]`; no side or axis before it. */
const isLength = (value: string) => /^(?:[\d.]+|px|full|auto|none|\[.+\]|\(.+\))$/.test(value);
const isFontSize = (value: string) => FONT_SIZES.includes(value) || /^\[[\d.]+(?:rem|px|em)\]$/.test(value);
const isRadius = (value: string) => value === "" || ["none", "xs", "sm", "md", "lg", "xl", "full"].includes(value);
/** The first words of the colours in tokens.css. */
const isColor = (value: string) =>
  /^(?:ground|surface|raised|sunken|hover|scrim|line|ink|quiet|faint|accent|on|brand|focus|neutral|muted|info|success|warning|danger|transparent|current)(?:[-/]|$)/.test(
    value,
  );

/**
 * What callers of our components set anew. Classes of other properties all stay. The list of everything in Tailwind would
 * be 7 kB more for every visitor.
 */
const merge = createTailwindMerge(() => ({
  cacheSize: 500,
  theme: {},
  classGroups: {
    display: ["block", "flex", "grid", "inline-block", "inline-flex", "inline-grid", "hidden", "contents"],
    position: ["static", "relative", "absolute", "fixed", "sticky"],
    size: [{ size: [any] }],
    width: [{ w: [any] }],
    minWidth: [{ "min-w": [any] }],
    maxWidth: [{ "max-w": [any] }],
    height: [{ h: [any] }],
    minHeight: [{ "min-h": [any] }],
    maxHeight: [{ "max-h": [any] }],
    padding: [{ p: [isLength] }],
    paddingX: [{ px: [isLength] }],
    paddingY: [{ py: [isLength] }],
    paddingTop: [{ pt: [isLength] }],
    paddingRight: [{ pr: [isLength] }],
    paddingBottom: [{ pb: [isLength] }],
    paddingLeft: [{ pl: [isLength] }],
    gap: [{ gap: [isLength] }],
    background: [{ bg: [isColor] }],
    border: [{ border: ["", isLength] }],
    borderColor: [{ border: [isColor] }],
    rounded: [{ rounded: [isRadius] }],
    shadow: [{ shadow: ["none", "raised", "floating", "overlay"] }],
    opacity: [{ opacity: [isLength] }],
    fontSize: [{ text: [isFontSize] }],
    textAlign: [{ text: ["left", "center", "right", "start", "end"] }],
    textWrap: [{ text: ["wrap", "nowrap", "balance", "pretty"] }],
    textColor: [{ text: [isColor] }],
    fontFamily: [{ font: ["sans", "mono", "emoji"] }],
    fontWeight: [{ font: ["normal", "medium", "semibold", "bold"] }],
  },
  conflictingClassGroups: {
    size: ["width", "height"],
    padding: ["paddingX", "paddingY", "paddingTop", "paddingRight", "paddingBottom", "paddingLeft"],
    paddingX: ["paddingLeft", "paddingRight"],
    paddingY: ["paddingTop", "paddingBottom"],
  },
  conflictingClassGroupModifiers: {},
  orderSensitiveModifiers: [],
}));

/** Joins class names; of two that set the same property the later one stays. */
export function classNames(...values: ClassValue[]): string {
  return merge(clsx(values));
}
