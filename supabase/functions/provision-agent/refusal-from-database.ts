import { z } from "zod";
import { batchError, errorCode } from "../_shared/contract.ts";
import { jsonText } from "./json-text.ts";
import { internalRefusal, Refusal } from "./refusal.ts";

/** What a SQL function says by `raise … using errcode = 'PT409'`: PostgREST hands it on as an error of this shape. */
const sqlRefusal = z.object({
  code: z
    .string()
    .regex(/^PT4\d\d$/)
    .transform((code) => Number(code.slice(2)))
    .pipe(z.literal([400, 401, 403, 404, 409, 413, 422, 429])),
  message: z.string(),
  details: jsonText(z.object({ code: errorCode, field: z.string().nullish(), errors: z.array(batchError).optional() })),
  hint: z.string().nullish(),
});

/** The refusal that the database meant, or an internal one when it did not mean to refuse. */
export function refusalFromDatabase(error: unknown): Refusal {
  const parsed = sqlRefusal.safeParse(error);
  if (!parsed.success) return internalRefusal(error);
  const { code: status, message, details, hint } = parsed.data;
  return new Refusal(message, {
    status,
    code: details.code,
    field: details.field || undefined,
    hint: hint || undefined,
    errors: details.errors,
    cause: error,
  });
}
