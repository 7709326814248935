import { lazy, type ReactNode, Suspense, useSyncExternalStore } from "react";
import type { Tone } from "./tone.ts";

export type ToastMessage = {
  tone: Extract<Tone, "success" | "danger" | "neutral">;
  title: string;
  description?: string | undefined;
  action?: { label: string; onSelect: () => void } | undefined;
  /** A second message with the same id takes the first one's place. */
  id?: string | undefined;
};

const loadToasts = () => import("./toast-list.tsx");
const ToastList = lazy(async () => ({ default: (await loadToasts()).ToastList }));

let isWanted = false;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * Says that something ended, well or badly, from anywhere; a bad end stays until it is dismissed. The code that shows it
 * is fetched with the first one; when it cannot be, there are worse news on the page.
 */
export function showToast(message: ToastMessage): void {
  isWanted = true;
  for (const listener of listeners) listener();
  void loadToasts().then(({ addToast }) => addToast(message));
}

/** Once around the page. The toasts stand at the top; F6 moves the focus to them. */
export function Toaster({ children }: { children: ReactNode }) {
  const isShown = useSyncExternalStore(subscribe, () => isWanted);
  return (
    <>
      {children}
      {isShown && (
        <Suspense fallback={null}>
          <ToastList />
        </Suspense>
      )}
    </>
  );
}
