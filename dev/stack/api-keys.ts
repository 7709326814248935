import type { IncomingHttpHeaders } from "node:http";
import { HttpError } from "./http-error.ts";
import type { StackKeys } from "./keys.ts";

/**
 * The JWT that an API key stands for.
 * @throws HttpError 401 when it is none of this stack's keys.
 */
export function jwtOfApiKey(apiKey: string, keys: StackKeys): string {
  if (apiKey === keys.publishableKey || apiKey === keys.anonKey) return keys.anonKey;
  if (apiKey === keys.secretKey || apiKey === keys.serviceRoleKey) return keys.serviceRoleKey;
  throw new HttpError("Invalid API key", {
    status: 401,
    hint: "Double check your Supabase `anon` or `service_role` API key.",
  });
}

/**
 * What Authorization says behind the gateway: a user's JWT as it came, an API key as the JWT it stands for, and without
 * any the apikey's.
 * @param query of the request; `apikey` may stand there too (a browser's WebSocket cannot send headers).
 * @throws HttpError 401
 */
export function authorize(headers: IncomingHttpHeaders, query: URLSearchParams, keys: StackKeys): string {
  const header = headers["apikey"];
  const apiKey = typeof header === "string" ? header : query.get("apikey");
  if (apiKey === null) {
    throw new HttpError("No API key found in request", {
      status: 401,
      hint: "No `apikey` request header or url param was found.",
    });
  }
  const jwt = jwtOfApiKey(apiKey, keys);
  const { authorization } = headers;
  if (authorization === undefined) return `Bearer ${jwt}`;
  const opaque = /^Bearer (?<key>sb_.*)$/i.exec(authorization)?.groups?.["key"];
  return opaque === undefined ? authorization : `Bearer ${jwtOfApiKey(opaque, keys)}`;
}
