import { Skeleton } from "../ui/skeleton.tsx";

/** While a page's code is on its way. */
export function PageLoading() {
  return (
    <div role="status" aria-label="Loading the page" className="flex flex-col gap-4">
      <Skeleton className="h-8 w-48" />
      <Skeleton className="h-4 w-72 max-w-full" />
      <Skeleton className="mt-4 h-40 w-full rounded-lg" />
    </div>
  );
}
