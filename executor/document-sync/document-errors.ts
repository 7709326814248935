import { ExecutorError } from "../errors.ts";
import { QueueError } from "../queue-error.ts";

/** Every other call may fail as well; all else is about one document. */
export function isAboutDatabase(error: unknown): boolean {
  return isSilence(error) || (error instanceof QueueError && (error.credentialRefused || error.heldByAnother));
}

/** No answer came from whoever knows what was asked. */
export const isSilence = (error: unknown): boolean => error instanceof QueueError && !error.isAnswer;

/** The document, or its agent, is not there any more. */
export const isGone = (error: unknown): boolean => error instanceof QueueError && error.code === "not_found";

/** As it is told on the row of a document. */
export function asExecutorError(error: unknown): ExecutorError {
  if (error instanceof ExecutorError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (isSilence(error) || (error instanceof QueueError && error.keyRefused))
    return new ExecutorError("document_not_sent", `The database does not take this text: ${message}`, {
      cause: error,
      hint: "A long text on a slow line, or a proxy or firewall on the way, may be why. It is tried again every 5 minutes",
    });
  return new ExecutorError("internal", `The executor met an unexpected error: ${message}`, { cause: error });
}
