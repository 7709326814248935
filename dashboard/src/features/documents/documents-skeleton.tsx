import { Skeleton } from "../../ui/skeleton.tsx";

/** While the agent is read. */
export function DocumentsSkeleton() {
  return (
    <div role="status" aria-label="Loading the documents" className="flex flex-col gap-5">
      <div className="flex items-center gap-4">
        <Skeleton className="size-10 rounded-lg" />
        <Skeleton className="h-8 w-64 max-w-full" />
      </div>
      <Skeleton className="h-10 w-full" />
      <EditorSkeleton />
    </div>
  );
}

/** While a text, or what shows it, is on its way. */
export function EditorSkeleton() {
  return (
    <div className="flex min-h-96 flex-col gap-3 rounded-lg border border-line bg-surface p-5">
      <Skeleton className="h-4 w-1/3" />
      <Skeleton className="h-4 w-3/4" />
      <Skeleton className="h-4 w-2/3" />
      <Skeleton className="h-4 w-1/2" />
    </div>
  );
}
