import { Card } from "../../ui/card.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";

const FACTS = ["a", "b", "c", "d", "e", "f", "g", "h"];
const AGENTS = ["a", "b", "c", "d"];

/** Where the executors will stand, while they are read. */
export function ExecutorsSkeleton() {
  return (
    <section aria-busy aria-label="Loading executors">
      <Card className="flex flex-col gap-6 p-5">
        <div className="flex items-center gap-3">
          <Skeleton className="size-11 rounded-lg" />
          <Skeleton className="h-5 w-36" />
          <Skeleton className="h-5.5 w-16 rounded-full" />
        </div>
        <div className="grid grid-cols-2 gap-4 sm:grid-cols-4">
          {FACTS.map((fact) => (
            <Skeleton key={fact} className="h-9" />
          ))}
        </div>
        <div className="flex flex-col gap-4 border-line border-t pt-5">
          {AGENTS.map((agent) => (
            <div key={agent} className="flex items-center gap-3">
              <Skeleton className="size-8 rounded-md" />
              <Skeleton className="h-4 w-40" />
              <Skeleton className="ml-auto h-5.5 w-20 rounded-full" />
            </div>
          ))}
        </div>
      </Card>
    </section>
  );
}
