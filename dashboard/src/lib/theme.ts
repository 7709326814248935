import { useSyncExternalStore } from "react";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

/** Also read by public/theme.js, before the first pixel. */
const STORAGE_KEY = "hatchery.theme";
const listeners = new Set<() => void>();

/** What stands on <html>; there it was put by public/theme.js. */
function readTheme(): Theme {
  return THEMES.find((theme) => theme === document.documentElement.dataset["theme"]) ?? "system";
}

function show(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
  for (const listener of listeners) listener();
}

export function setTheme(theme: Theme): void {
  localStorage.setItem(STORAGE_KEY, theme);
  show(theme);
}

function listenToOtherTabs(event: StorageEvent): void {
  if (event.key === STORAGE_KEY) show(THEMES.find((theme) => theme === event.newValue) ?? "system");
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) addEventListener("storage", listenToOtherTabs);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) removeEventListener("storage", listenToOtherTabs);
  };
}

/** The person's choice; "system" follows the computer. */
export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, readTheme);
}
