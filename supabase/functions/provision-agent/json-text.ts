import { z } from "zod";

/** Text that holds JSON of this shape. */
export function jsonText<Output>(schema: z.ZodType<Output>) {
  return z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        // The parser's own words would quote the text, which may be a key.
        context.addIssue({ code: "custom", message: "This is not JSON" });
        return z.NEVER;
      }
    })
    .pipe(schema);
}
