/**
 * Where an arrow key leads from card `index` in a grid of `count` cards in rows of `columns`; undefined when the key does
 * not move, or leads out of the grid.
 */
export function nextCard(
  key: string,
  { index, count, columns }: { index: number; count: number; columns: number },
): number | undefined {
  const target = targetOf(key, index, count, columns);
  return target === undefined || target < 0 || target >= count || target === index ? undefined : target;
}

function targetOf(key: string, index: number, count: number, columns: number): number | undefined {
  switch (key) {
    case "ArrowLeft":
      return index - 1;
    case "ArrowRight":
      return index + 1;
    case "ArrowUp":
      return index - columns;
    case "ArrowDown": {
      const isLastRow = Math.floor(index / columns) === Math.floor((count - 1) / columns);
      // Down into a last row that is shorter leads to its end.
      return isLastRow ? undefined : Math.min(index + columns, count - 1);
    }
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return undefined;
  }
}
