import { z } from "zod";

/** Newer emoji are boxes on many machines that are still in use. A skin tone may be newer than its emoji. */
const NEWEST_EMOJI_VERSION = 15;

const skin = z.object({ emoji: z.string(), version: z.number(), tone: z.union([z.number(), z.array(z.number())]) });
const entry = z.object({
  emoji: z.string(),
  label: z.string(),
  group: z.number().optional(),
  version: z.number(),
  tags: z.array(z.string()).default([]),
  skins: z.array(skin).default([]),
});

const messages = z.object({
  groups: z.array(z.object({ key: z.string(), message: z.string(), order: z.number() })),
});

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function skinsOf(skins: z.infer<typeof entry>["skins"]) {
  const offered = skins.filter(({ version }) => version <= NEWEST_EMOJI_VERSION);
  const byTone = new Map(offered.map(({ tone, emoji }) => [tone, emoji]));
  const [light, mediumLight, medium, mediumDark, dark] = [1, 2, 3, 4, 5].map((tone) => byTone.get(tone));
  if (!(light && mediumLight && medium && mediumDark && dark)) return undefined;
  return { light, "medium-light": mediumLight, medium, "medium-dark": mediumDark, dark };
}

/** The emoji of the picker, from a chunk of our own bundle. By default the picker asks a CDN. Its types need a DOM, these do not. */
export async function loadEmojiData() {
  const [data, words] = await Promise.all([
    import("emojibase-data/en/data.json"),
    import("emojibase-data/en/messages.json"),
  ]);
  const emojis = z.array(entry).parse(data.default);
  return {
    locale: "en" as const,
    emojis: emojis.flatMap(({ emoji, label, group, version, tags, skins }) =>
      group === undefined || version > NEWEST_EMOJI_VERSION
        ? []
        : [{ emoji, label: capitalise(label), category: group, version, tags, skins: skinsOf(skins) }],
    ),
    categories: messages
      .parse(words.default)
      .groups.filter(({ key }) => key !== "component")
      .map(({ order, message }) => ({ index: order, label: capitalise(message) })),
    skinTones: {
      light: "Light skin tone",
      "medium-light": "Medium-light skin tone",
      medium: "Medium skin tone",
      "medium-dark": "Medium-dark skin tone",
      dark: "Dark skin tone",
    },
  };
}
