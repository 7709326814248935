import { addAbortListener } from "node:events";

/**
 * Aborted after `ms`, and as soon as `outer` is; dispose of it when its work has ended. Not AbortSignal.any over
 * AbortSignal.timeout: nested, Node 24 keeps some of those for good, and a daemon asks for months.
 */
export function deadline(ms: number, outer?: AbortSignal): Disposable & { signal: AbortSignal } {
  const controller = new AbortController();
  const late = new DOMException("No answer in time", "TimeoutError");
  const timer = setTimeout(() => controller.abort(late), ms);
  const listener = outer && addAbortListener(outer, () => controller.abort(outer.reason));
  if (outer?.aborted) controller.abort(outer.reason);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      clearTimeout(timer);
      listener?.[Symbol.dispose]();
    },
  };
}
