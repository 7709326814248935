import { DEFAULT_EMOJI } from "#contract";

/** What an agent is called or does, and the emoji that says it. The first line that matches counts. */
const SUGGESTIONS: readonly [emoji: string, beginnings: string][] = [
  ["🦊", "fox ricky renard"],
  ["🦉", "owl newton athena"],
  ["🦞", "lobster hatch claw"],
  ["🐙", "octopus inkwell"],
  ["🐝", "bee busy"],
  ["🐱", "cat kitty"],
  ["🐶", "dog puppy buddy fido rex"],
  ["🦁", "lion leo"],
  ["🐻", "bear bruno"],
  ["🚨", "incident alert oncall on-call pager outage"],
  ["🛡️", "secur guard privacy audit compliance"],
  ["⚖️", "legal law contract policy"],
  ["🧾", "invoice receipt billing bookkeep accountant accounts tax"],
  ["💰", "financ budget money payroll price pricing"],
  ["🔬", "research scien lab experiment study"],
  ["📈", "sales revenue growth market forecast trading stock"],
  ["📣", "campaign brand social announce promot public-relation"],
  ["📊", "data analy metric report statistic dashboard insight"],
  ["🔎", "search find investigat discover detect review triage"],
  ["💬", "support customer chat helpdesk reply answer faq"],
  ["📬", "mail email inbox newsletter letter post"],
  ["📅", "calendar schedul appointment meeting planner plan"],
  ["✅", "task todo project organi coordinat"],
  ["✍️", "writ author editor copy blog draft content story"],
  ["📚", "docs document wiki knowledge librar book read"],
  ["🎓", "teach tutor learn course train school onboard"],
  ["🌍", "translat language locali travel trip"],
  ["💻", "code coding develop engineer program software frontend backend"],
  ["🚀", "release deploy launch ship"],
  ["🧪", "test qa quality"],
  ["🐛", "bug debug"],
  ["🛠️", "ops infra maintain repair devops server admin"],
  ["🎨", "design art illustrat paint creativ logo"],
  ["🎬", "video film movie youtube"],
  ["🎵", "music song audio sound podcast playlist"],
  ["📷", "photo image picture camera"],
  ["🎮", "game gaming play"],
  ["🏋️", "fitness gym workout coach sport"],
  ["🩺", "health medic doctor nurse"],
  ["🍳", "cook recipe kitchen food meal chef"],
  ["🛒", "shop order purchas buy store cart"],
  ["📦", "deliver logistic inventor warehouse package"],
  ["🏠", "home house property rent estate"],
  ["🌱", "garden plant climate green nature"],
  ["🤝", "recruit hiring people partner hr"],
  ["☎️", "phone call reception front-desk"],
];

const TABLE = SUGGESTIONS.flatMap(([emoji, beginnings]) =>
  beginnings.split(" ").map((beginning) => ({ emoji, beginning: beginning.replace("-", " ") })),
);

/**
 * The emoji that the words of the purpose suggest, then those of the name; the contract's default when none does. Short
 * beginnings (up to 3 letters) must be the whole word: "art" is not in "article".
 */
export function suggestEmoji(name: string, purpose: string): string {
  for (const text of [purpose, name]) {
    const words = ` ${text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ")} `;
    const found = TABLE.find(({ beginning }) =>
      words.includes(beginning.length <= 3 ? ` ${beginning} ` : ` ${beginning}`),
    );
    if (found) return found.emoji;
  }
  return DEFAULT_EMOJI;
}
