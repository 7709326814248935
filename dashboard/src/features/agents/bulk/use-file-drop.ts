import { type DragEvent, useState } from "react";

/** Takes a file that is dropped on whatever gets `target`; `isOver` while one is held over it. */
export function useFileDrop(onFile: (file: File) => void) {
  const [isOver, setIsOver] = useState(false);
  const follow = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    // Else the browser would leave the page for the file.
    event.preventDefault();
    setIsOver(true);
  };
  const target = {
    onDragEnter: follow,
    onDragOver: follow,
    onDragLeave: ({ currentTarget, relatedTarget }: DragEvent) => {
      if (!(relatedTarget instanceof Node && currentTarget.contains(relatedTarget))) setIsOver(false);
    },
    onDrop: (event: DragEvent) => {
      const [file] = event.dataTransfer.files;
      setIsOver(false);
      if (file === undefined) return;
      event.preventDefault();
      onFile(file);
    },
  };
  return { isOver, target };
}
