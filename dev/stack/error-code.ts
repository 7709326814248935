/** The `code` of a system or Postgres error ("ENOENT", "ECONNREFUSED", "28P01"), undefined when it has none. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
