import { Search } from "lucide-react";
import { useRef } from "react";
import { useShortcut } from "../lib/use-shortcut.ts";
import { Kbd } from "./kbd.tsx";
import { TextInput } from "./text-input.tsx";

type SearchInputProps = {
  /** "Search agents": its name, and what stands in it while it is empty. */
  label: string;
  value: string;
  onValueChange: (value: string) => void;
};

/** The one search of a page: `/` leads to it, Escape empties it. */
export function SearchInput({ label, value, onValueChange }: SearchInputProps) {
  const inputRef = useRef<HTMLInputElement>(null);
  useShortcut("/", () => inputRef.current?.focus());
  return (
    <TextInput
      ref={inputRef}
      type="search"
      aria-label={label}
      aria-keyshortcuts="/"
      placeholder={label}
      autoComplete="off"
      spellCheck={false}
      value={value}
      onValueChange={onValueChange}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || value === "") return;
        event.preventDefault();
        onValueChange("");
      }}
      leading={<Search />}
      trailing={
        <span aria-hidden className="pointer-events-none hidden sm:block">
          <Kbd>/</Kbd>
        </span>
      }
      className="max-sm:pr-3 [&::-webkit-search-cancel-button]:appearance-none"
    />
  );
}
