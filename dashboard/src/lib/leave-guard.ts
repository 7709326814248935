import { useEffect, useEffectEvent } from "react";
import type { AroundNavHandler } from "wouter";

type Guard = (leave: () => void) => void;

let guard: Guard | undefined;

/** Whether something on the page would be lost, or only kept as a draft, if it were left now. */
export const isGuarded = (): boolean => guard !== undefined;

/** Every way to another address of the page leads through here: links, tabs and commands, but not the browser's own Back. */
export const askGuard: AroundNavHandler = (navigate, to, options) => {
  if (guard === undefined) navigate(to, options);
  else guard(() => navigate(to, options));
};

/**
 * While `isOn`, asks before the page is left: `onLeave` is given what then leaves it. The browser asks by itself before it
 * closes or loads the page again.
 */
export function useLeaveGuard(isOn: boolean, onLeave: Guard): void {
  const ask = useEffectEvent(onLeave);
  useEffect(() => {
    if (!isOn) return;
    const mine: Guard = (leave) => ask(leave);
    const unload = (event: BeforeUnloadEvent) => event.preventDefault();
    guard = mine;
    addEventListener("beforeunload", unload);
    return () => {
      if (guard === mine) guard = undefined;
      removeEventListener("beforeunload", unload);
    };
  }, [isOn]);
}
