import { FileUp } from "lucide-react";
import { useRef } from "react";
import { Button } from "../../../ui/button.tsx";

/** A button that lets one choose a file with a list in it. */
export function ChooseFile({ onFile }: { onFile: (file: File) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button
        size="sm"
        variant="ghost"
        icon={<FileUp />}
        onClick={() => input.current?.click()}
        className="-my-1.5 -mr-2.5 self-center"
      >
        Choose a file
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        accept=".csv,.tsv,.txt,.json,text/csv,text/plain,application/json"
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          if (file !== undefined) onFile(file);
          // Or the same file could not be chosen again.
          currentTarget.value = "";
        }}
      />
    </>
  );
}
