import { Spinner } from "../ui/spinner.tsx";

/** While it is read who is signed in: most often too short to be seen, and then not shown. */
export function LoadingPage() {
  return (
    <div className="grid min-h-dvh animate-rise place-items-center text-faint [animation-delay:300ms]">
      <Spinner label="Loading Hatchery" className="size-5" />
    </div>
  );
}
