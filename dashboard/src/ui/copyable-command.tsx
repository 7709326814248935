import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { classNames } from "./class-names.ts";
import { IconButton } from "./icon-button.tsx";

type CopyableCommandProps = {
  command: string;
  /** What the button says; "Copy command" unless given. */
  label?: string | undefined;
  className?: string | undefined;
};

/** A command for the terminal, with a button that copies it. Where the clipboard is closed the text is selected instead. */
export function CopyableCommand({ command, label = "Copy command", className }: CopyableCommandProps) {
  const [isCopied, setIsCopied] = useState(false);
  const [code, setCode] = useState<HTMLElement | null>(null);

  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setIsCopied(false), 2_000);
    return () => clearTimeout(timer);
  }, [isCopied]);

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(command);
      setIsCopied(true);
    } catch {
      // Refused by the browser: the person copies with the keys.
      if (code !== null) getSelection()?.selectAllChildren(code);
    }
  };

  return (
    <div
      className={classNames(
        "flex items-center gap-2 rounded-md border border-line bg-sunken py-1 pr-1 pl-3",
        className,
      )}
    >
      <code ref={setCode} className="min-w-0 flex-1 wrap-anywhere font-mono text-xs">
        {command}
      </code>
      <IconButton
        size="sm"
        label={isCopied ? "Copied" : label}
        icon={isCopied ? <Check className="text-success" /> : <Copy />}
        onClick={() => void copy()}
      />
      <span role="status" className="sr-only">
        {isCopied ? "Copied" : ""}
      </span>
    </div>
  );
}
