import { CircleAlert, CircleCheck, TriangleAlert } from "lucide-react";
import type { DoctorFinding } from "#contract";
import { sentences } from "../../lib/fleet/sentences.ts";
import { classNames } from "../../ui/class-names.ts";
import { CopyableCommand } from "../../ui/copyable-command.tsx";
import { TONE_TEXT } from "../../ui/tone.ts";

const LEVELS = {
  ok: { Icon: CircleCheck, tone: "success", word: "Well" },
  warn: { Icon: TriangleAlert, tone: "warning", word: "Warning" },
  fail: { Icon: CircleAlert, tone: "danger", word: "Failure" },
} as const;

/** What the doctor advises that is nothing but a command. An executor writes these words: whatever else they are stays text. */
const COMMAND =
  /^(?:npm run executor -- [\w -]+|openclaw [\w ./:@-]+|chmod [0-7]{3} [\w./@+~' -]+|kill \d+|sudo (?:pmset|sntp|timedatectl) [\w .-]+|alter publication supabase_realtime add table [\w., ]+;)$/;

/** One thing that was looked at: how it is, and what to do. */
export function Finding({ finding: { check, level, message, hint } }: { finding: DoctorFinding }) {
  const { Icon, tone, word } = LEVELS[level];
  return (
    <li className="flex gap-3 py-2.5 text-sm">
      <Icon aria-hidden className={classNames("mt-0.5 size-4 shrink-0", TONE_TEXT[tone])} />
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap items-baseline gap-x-4">
          <p className="min-w-0 flex-1 basis-60 wrap-anywhere text-pretty">
            <span className="sr-only">{word}: </span>
            <bdi>{message}</bdi>
          </p>
          <p className="min-w-0 wrap-anywhere text-quiet text-xs">{check}</p>
        </div>
        {hint !== undefined && <Hint hint={hint} check={check} />}
      </div>
    </li>
  );
}

function Hint({ hint, check }: { hint: string; check: string }) {
  if (COMMAND.test(hint))
    return <CopyableCommand command={hint} label={`Copy command for ${check}`} className="mt-1.5 max-w-160" />;
  return <p className="mt-0.5 wrap-anywhere text-pretty text-quiet">{sentences(hint)}</p>;
}
