import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { IconButton } from "./icon-button.tsx";

type CopyButtonProps = { text: string; label: string };

/** Copies a text, and says so for two seconds. */
export function CopyButton({ text, label }: CopyButtonProps) {
  const [state, setState] = useState<"ready" | "copied" | "refused">("ready");

  useEffect(() => {
    if (state === "ready") return;
    const timer = setTimeout(() => setState("ready"), 2_000);
    return () => clearTimeout(timer);
  }, [state]);

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setState("copied");
    } catch {
      // The browser keeps the clipboard closed, without https for one: the text beside can still be selected.
      setState("refused");
    }
  };
  const said = { ready: label, copied: "Copied", refused: "The browser does not allow it" }[state];

  return (
    <>
      <IconButton
        size="sm"
        label={said}
        icon={state === "copied" ? <Check className="text-success" /> : <Copy />}
        onClick={() => void copy()}
        className="-my-1.5 size-7"
      />
      <span role="status" className="sr-only">
        {state === "ready" ? "" : said}
      </span>
    </>
  );
}
