import { Card } from "../../ui/card.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";

const ROWS = ["a", "b", "c", "d", "e", "f", "g", "h"];

/** Where the requests will stand, while they are read. */
export function RequestsSkeleton() {
  return (
    <section aria-busy aria-label="Loading requests" className="flex flex-col gap-5">
      <div className="flex gap-3">
        <Skeleton className="h-9 flex-1 rounded-md sm:max-w-72" />
        <Skeleton className="h-9 w-64 rounded-md max-sm:hidden" />
      </div>
      <Card className="flex flex-col divide-y divide-line">
        {ROWS.map((row) => (
          <div key={row} className="flex h-15 items-center gap-3 px-4">
            <Skeleton className="size-8 shrink-0 rounded-md" />
            <Skeleton className="h-4 w-32" />
            <Skeleton className="ml-auto h-5.5 w-28 rounded-full" />
            <Skeleton className="h-4 w-20 max-sm:hidden" />
          </div>
        ))}
      </Card>
    </section>
  );
}
