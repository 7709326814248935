/** Lower case and without accents, so that "zoe" finds Zoë. */
function foldCase(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/** Whether a text holds every word of `search`, in whatever case; undefined when there is nothing to search for. */
export function searchWords(search: string): ((text: string) => boolean) | undefined {
  const words = foldCase(search).split(/\s+/).filter(Boolean);
  if (words.length === 0) return undefined;
  return (text) => {
    const folded = foldCase(text);
    return words.every((word) => folded.includes(word));
  };
}
