import { Card } from "../../../ui/card.tsx";
import { Skeleton } from "../../../ui/skeleton.tsx";

const CARDS = ["a", "b", "c", "d", "e", "f"];

/** Where the agents will stand, while they are read. */
export function AgentsSkeleton() {
  return (
    <section aria-busy aria-label="Loading agents" className="flex flex-col gap-5">
      <div className="flex gap-3">
        <Skeleton className="h-9 flex-1 rounded-md sm:max-w-72" />
        <Skeleton className="h-9 w-64 rounded-md max-sm:hidden" />
      </div>
      <div className="grid grid-cols-[repeat(auto-fill,minmax(min(18rem,100%),1fr))] gap-4">
        {CARDS.map((card) => (
          <Card key={card} className="flex h-44 flex-col p-4">
            <div className="flex gap-3">
              <Skeleton className="size-11 rounded-lg" />
              <div className="flex flex-1 flex-col gap-2 pt-1">
                <Skeleton className="h-4 w-24" />
                <Skeleton className="h-3.5 w-40" />
              </div>
            </div>
            <Skeleton className="mt-4 h-3 w-32" />
            <Skeleton className="mt-2 h-1.5 w-full rounded-full" />
            <div className="mt-auto flex justify-between border-line border-t pt-3">
              <Skeleton className="h-5.5 w-20 rounded-full" />
              <Skeleton className="h-4 w-16" />
            </div>
          </Card>
        ))}
      </div>
    </section>
  );
}
