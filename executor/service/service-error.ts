/** The service cannot be installed, started, stopped or looked at; the message says why and what to do. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
}
