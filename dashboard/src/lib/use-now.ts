import { useMemo, useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function tick(): void {
  if (document.hidden) return;
  now = Date.now();
  for (const listener of listeners) listener();
}

/** One clock for the page: everything that shows a time changes in the same frame. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) {
    now = Date.now();
    timer = setInterval(tick, 1_000);
    document.addEventListener("visibilitychange", tick);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
    document.removeEventListener("visibilitychange", tick);
  };
}

/**
 * The time, as a component draws it: the same Date until it changes.
 * @param everySeconds How often it changes. A slow one spares redraws.
 */
export function useNow(everySeconds = 1): Date {
  const step = everySeconds * 1_000;
  const at = useSyncExternalStore(subscribe, () => (step === 1_000 ? now : Math.floor(now / step) * step));
  return useMemo(() => new Date(at), [at]);
}
