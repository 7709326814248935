import { CircleAlert, RotateCw } from "lucide-react";
import { Button } from "../ui/button.tsx";
import { classNames } from "../ui/class-names.ts";
import { EmptyState } from "../ui/empty-state.tsx";

type ErrorPageProps = { error: Error; isPart?: boolean | undefined; onRetry: () => void };

/** A part of the program that was replaced by a newer version cannot be fetched any more. */
const isOldVersion = (error: Error): boolean => /dynamically imported module|module script/i.test(error.message);

export function ErrorPage({ error, isPart, onRetry }: ErrorPageProps) {
  const isOld = isOldVersion(error);
  return (
    <div role="alert" className={classNames("grid place-items-center", isPart ? "min-h-96" : "min-h-dvh bg-ground")}>
      <EmptyState
        level={1}
        icon={<CircleAlert />}
        title={isOld ? "A part of this page could not be loaded" : "This page ran into an error"}
        action={
          <div className="flex gap-2">
            {!isOld && <Button onClick={onRetry}>Try again</Button>}
            <Button variant="primary" icon={<RotateCw />} onClick={() => location.reload()}>
              Reload
            </Button>
          </div>
        }
      >
        <p>
          {isOld
            ? "There is a newer version, or the connection broke. Reloading brings it back."
            : "Your agents are not affected. Reloading most often mends it."}
        </p>
        {!isOld && <p className="mt-3 break-words font-mono text-faint text-xs">{error.message}</p>}
      </EmptyState>
    </div>
  );
}
