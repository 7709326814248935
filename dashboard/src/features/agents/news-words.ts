import type { RequestKind } from "#contract";
import { errorOf } from "../../lib/fleet/request-steps.ts";
import type { ToastMessage } from "../../ui/toaster.tsx";
import type { News } from "./news.ts";

/** `who` is a name or a number of agents, `verb` as it follows that. */
type Title = (who: string, verb: "is" | "are") => string;

const TITLES: Record<RequestKind, Record<News["outcome"], Title>> = {
  provision: {
    done: (who, verb) => `${who} ${verb} live`,
    failed: (who) => `${who} failed`,
  },
  set_identity: {
    done: (who) => `Name and emoji of ${who} are saved`,
    failed: (who) => `Name and emoji of ${who} are not saved`,
  },
  deprovision: {
    done: (who, verb) => `${who} ${verb} removed`,
    failed: (who, verb) => `${who} ${verb} not removed`,
  },
  adopt: {
    done: (who, verb) => `${who} ${verb} adopted`,
    failed: (who, verb) => `${who} ${verb} not adopted`,
  },
};

/** How requests ended, in few words. */
export function newsWords({ kind, outcome, requests }: News): Pick<ToastMessage, "tone" | "title" | "description"> {
  const [first] = requests;
  const isOne = requests.length === 1;
  const who = isOne && first !== undefined ? first.display_name : `${requests.length} agents`;
  const title = TITLES[kind][outcome](who, isOne ? "is" : "are");
  if (outcome === "done") return { tone: "success", title };
  const reasons = new Set(requests.map((request) => errorOf(request)?.message));
  // Of several reasons none is the one; each stands on its card.
  return { tone: "danger", title, description: reasons.size === 1 ? [...reasons][0] : undefined };
}
