import { useEffect } from "react";

/** Names the browser's tab: "Agents · Hatchery". */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Hatchery`;
  }, [title]);
}
