import type { SeededRandom } from "./seeded-random.ts";
import type { Asked } from "./verdict.ts";

const NAMES = ["Ricky", "Zoë", "研究员", "O'Brien; $(touch pwned)", 'Quote " and \\ back', "Łukasz"] as const;
const EMOJIS = ["🦊", "🐦", "👩‍💻", "🏴‍☠️", "🇨🇭"] as const;
/** Up to what OpenClaw reads of a file. */
const LONGEST_DOCUMENT = 20_000;

/** An agent nobody has heard of, with texts of every length in letters of every width. */
export function inventAgent(
  agentId: string,
  random: SeededRandom,
): Pick<Asked, "agentId" | "name" | "emoji" | "documents"> {
  const text = (title: string) => {
    const words = `# ${title} of ${agentId} 🦞 ünïcödé\n`;
    return words.repeat(1 + Math.floor(random.whole(0, LONGEST_DOCUMENT) / words.length));
  };
  return {
    agentId,
    name: `${random.pick(NAMES)} ${agentId}`,
    emoji: random.pick(EMOJIS),
    documents: { soul: text("Soul"), user: text("User"), memory_long: text("Memory") },
  };
}
