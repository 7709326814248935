import { useEffect, useRef } from "react";

let isGoingBack = false;
addEventListener("popstate", () => {
  isGoingBack = true;
});

/**
 * After a change of page moves the focus to its heading, so that the keyboard and screen readers start there, and scrolls
 * up; going back, the browser knows where one was. Stands inside the Suspense boundary: the page is there by then.
 */
export function RouteFocus({ path }: { path: string }) {
  const last = useRef(path);
  useEffect(() => {
    if (last.current === path) return;
    last.current = path;
    if (!isGoingBack) scrollTo({ top: 0 });
    isGoingBack = false;
    const heading = document.querySelector<HTMLElement>("main h1");
    if (heading === null) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }, [path]);
  return null;
}
