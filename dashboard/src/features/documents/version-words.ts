import type { VersionRow } from "./rows.ts";

/** How a version came to be, in a few words. */
export function originOf({ source, reason, conflict }: Pick<VersionRow, "source" | "reason" | "conflict">): string {
  if (reason === "displaced") return "Found on disk while it was written";
  if (conflict) return "Found on disk beside another text";
  if (reason === "restored") return "Restored";
  if (reason === "merged") return "Merged";
  if (reason === "settled") return "Conflict settled";
  switch (source) {
    case "template":
      return "Made from the template";
    case "dashboard":
      return "Written here";
    case "disk":
      return "Written on disk";
    case "before":
      return "From before Hatchery";
    default:
      return "Written to the table";
  }
}

/** While there are two texts of one day's note; without its full stop. */
export const LATER_NOTES_WAIT = "Until it is settled, no note of a later day comes in";

/** "2 March", and the year when it is not this one. */
export function dayWords(date: string, now: Date): string {
  const at = new Date(`${date}T12:00:00`);
  const isThisYear = at.getFullYear() === now.getFullYear();
  return at.toLocaleDateString("en-GB", { day: "numeric", month: "long", ...(!isThisYear && { year: "numeric" }) });
}

/** The local day, YYYY-MM-DD. */
export function dayOf(now: Date): string {
  const two = (part: number) => String(part).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}
