/** A refusal that the real CLI prints as `{"ok":false,"error":…}`. */
export class Refusal extends Error {
  readonly exitCode: number;
  /** `type` of the error, and what else stands in it. */
  readonly details: Readonly<Record<string, string | number | boolean>>;

  constructor(
    message: string,
    exitCode = 1,
    details: Readonly<Record<string, string | number | boolean>> = { type: "cli_error" },
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.exitCode = exitCode;
    this.details = details;
  }
}
