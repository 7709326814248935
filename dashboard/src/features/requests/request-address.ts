import { useMemo } from "react";
import { useSearchParams } from "wouter";
import { NO_FILTER, type RequestFilter, readGroup } from "./filter-requests.ts";

/** What the page's address says: what is looked for, and which request is open. */
export type RequestAddress = RequestFilter & { openId: string | null };

export function readAddress(parameters: URLSearchParams): RequestAddress {
  return {
    group: readGroup(parameters.get("state")) ?? NO_FILTER.group,
    kind: parameters.get("kind") ?? NO_FILTER.kind,
    search: parameters.get("q") ?? NO_FILTER.search,
    openId: parameters.get("request"),
  };
}

/** What is as it is without being said is left out. */
export function writeAddress({ group, kind, search, openId }: RequestAddress): URLSearchParams {
  const parameters = new URLSearchParams();
  if (group !== NO_FILTER.group) parameters.set("state", group);
  if (kind !== NO_FILTER.kind) parameters.set("kind", kind);
  if (search !== NO_FILTER.search) parameters.set("q", search);
  if (openId !== null) parameters.set("request", openId);
  return parameters;
}

/** Where the page shows this request, whatever was looked for before. */
export function requestPath(openId: string): string {
  return `/requests?${writeAddress({ ...NO_FILTER, openId })}`;
}

/** The address is the only place that knows: it survives a reload, and can be sent to somebody. */
export function useRequestAddress(): [RequestAddress, (changes: Partial<RequestAddress>) => void] {
  const [parameters, setParameters] = useSearchParams();
  const address = useMemo(() => readAddress(parameters), [parameters]);
  const change = (changes: Partial<RequestAddress>) =>
    setParameters((current) => writeAddress({ ...readAddress(current), ...changes }), { replace: true });
  return [address, change];
}
