import { classNames } from "../ui/class-names.ts";

/** Hatchery's mark: somebody with feelers looks out of an egg. The same picture as public/mark.svg. */
export function Mark({ className }: { className?: string | undefined }) {
  return <img src="/mark.svg" alt="" width={32} height={32} className={classNames("size-7 shrink-0", className)} />;
}
