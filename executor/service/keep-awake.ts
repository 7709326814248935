import type { RequestKind } from "#contract";
import type { Handler } from "../handlers/handler.ts";
import { startCommand } from "./run-command.ts";

type HandlerOf = (kind: RequestKind) => Handler;

interface KeepAwakeOptions {
  platform: NodeJS.Platform;
  env: Readonly<Record<string, string | undefined>>;
}

/** Keeps a Mac from falling asleep by itself while a request is worked on. Where there is no caffeinate it may, and nothing is lost. */
export function keepingAwake(handlerOf: HandlerOf, { platform, env }: KeepAwakeOptions): HandlerOf {
  if (platform !== "darwin") return handlerOf;
  return (kind) => async (request, context) => {
    // -w: it ends with this process too, however that ends.
    const caffeinate = await startCommand(["caffeinate", "-i", "-w", String(process.pid)], env);
    try {
      return await handlerOf(kind)(request, context);
    } finally {
      caffeinate?.end();
    }
  };
}
