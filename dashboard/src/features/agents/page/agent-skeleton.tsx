import { Card } from "../../../ui/card.tsx";
import { Skeleton } from "../../../ui/skeleton.tsx";

const LINES = ["a", "b", "c", "d", "e"];

/** Where the agent will stand, while it is read. */
export function AgentSkeleton() {
  return (
    <section aria-busy aria-label="Loading the agent" className="flex flex-col gap-6">
      <div className="flex items-center gap-4">
        <Skeleton className="size-14 rounded-xl" />
        <div className="flex flex-col gap-2">
          <Skeleton className="h-6 w-40" />
          <Skeleton className="h-4 w-56" />
        </div>
      </div>
      <div className="grid gap-4 lg:grid-cols-[1fr_20rem]">
        {["steps", "facts"].map((part) => (
          <Card key={part} className="flex flex-col gap-4 p-5">
            {LINES.map((line) => (
              <Skeleton key={line} className="h-4 w-full" />
            ))}
          </Card>
        ))}
      </div>
    </section>
  );
}
