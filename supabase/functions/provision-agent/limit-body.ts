import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { LARGEST_DOCUMENT_BYTES } from "../_shared/contract.ts";
import { Refusal } from "./refusal.ts";

/** Room for the largest command many times over. */
const ordinary = limitTo(256 * 1024);
/** JSON may write one byte of a text as six (`\u0001`); and the rest of the command. */
const withDocument = limitTo(6 * LARGEST_DOCUMENT_BYTES + 64 * 1024);

/** Refuses a body that is larger than what its route may be sent: the text of a document, or any other command. */
export const limitBody: MiddlewareHandler = (c, next) =>
  /\/files\/[^/]+(\/resolve)?\/?$/.test(c.req.path) ? withDocument(c, next) : ordinary(c, next);

function limitTo(maxSize: number): MiddlewareHandler {
  return bodyLimit({
    maxSize,
    onError: () => {
      throw new Refusal(`The body is larger than ${maxSize / 1024} KiB`, { status: 413, code: "payload_too_large" });
    },
  });
}
