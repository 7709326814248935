import { useSyncExternalStore } from "react";

type MenuParts = typeof import("./menu-parts.tsx");

let parts: MenuParts | undefined;
let isLoading = false;
const listeners = new Set<() => void>();

/** Fetches the menu's code, once. When that fails the next wish tries again. */
export async function loadMenuParts(): Promise<void> {
  if (isLoading) return;
  isLoading = true;
  try {
    parts = await import("./menu-parts.tsx");
    for (const listener of listeners) listener();
  } catch {
    isLoading = false;
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The menu's code as soon as it is there. */
export function useMenuParts(): MenuParts | undefined {
  return useSyncExternalStore(subscribe, () => parts);
}
