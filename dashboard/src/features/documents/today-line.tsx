import { NotebookPen } from "lucide-react";
import { useNow } from "../../lib/use-now.ts";
import { Button } from "../../ui/button.tsx";
import { dayOf, dayWords } from "./version-words.ts";

type TodayLineProps = {
  /** Whose note it is; null while no executor has said. */
  docDate: string | null;
  isThere: boolean;
  mayStart: boolean;
  onStart: (date: string) => void;
};

/** Of which day the note is, and the way to that of today. */
export function TodayLine({ docDate, isThere, mayStart, onStart }: TodayLineProps) {
  const now = useNow(60);
  const today = dayOf(now);
  if (!isThere && docDate === null) return null;
  const isEarlier = docDate !== null && docDate < today;
  return (
    <div className="flex min-h-8 flex-wrap items-center gap-x-3 gap-y-2 text-sm">
      <p className="text-quiet">
        {docDate === null ? "The note of today where the agent lives" : `The note of ${dayWords(docDate, now)}`}
        {docDate === today && ", today by your clock"}
      </p>
      {isEarlier && mayStart && (
        <Button size="sm" icon={<NotebookPen />} onClick={() => onStart(today)}>
          {/* The agent's Mac may be in another day. */}
          Start the note of {dayWords(today, now)}
        </Button>
      )}
    </div>
  );
}
