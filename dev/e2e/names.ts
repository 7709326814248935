import fc from "fast-check";

/** A name that somebody might type, and why it is worth trying. */
export type TriedName = { kind: string; name: string };

const pick = (from: string) => fc.constantFrom(...from);
const wordOf = (letters: string) => fc.string({ unit: pick(letters), minLength: 1, maxLength: 12 });
const joined = (...parts: fc.Arbitrary<string>[]) => fc.tuple(...parts).map((found) => found.join(""));

const SCRIPTS = [
  "abcdefghijklmnopqrstuvwxyzABCXYZ",
  "äöüßéèçñøåæœÿžšłİığ",
  "абвгдежзийклмнопрстуфхцчшщъыьэюяЁЇ",
  "αβγδεζηθικλμνξοπρστυφχψωΆΏ",
  "אבגדהוזחטיכלמנסעפצקרשת",
  "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
  "अआइईउऊकखगघचछजझटठडढतथदधनपफबभमयरलवशषसह",
  "กขคงจฉชซญดตถทนบปผพฟมยรลวสหอ",
  "的一是不了人我在有他这为之大来以个中上们研究员",
  "あいうえおかきくけこアイウエオカキクケコ",
  "가나다라마바사아자차카타파하한글",
  "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ",
  "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցուփքօ",
  "ሀለሐመሠረሰሸቀበተቸኀነኘአከኸወዐዘዠየደጀገጠጨጰጸፀፈፐ",
  "ᎠᎡᎢᎣᎤᎥᎦᎧᎨᎩᎪᎫ",
  "𝒜𝒷𝒸𝔄𝔅𝕏𐍈𐌰𠀀𠮷",
  "0123456789٠١٢٣४५६",
];

const EMOJI = ["🦊", "⚡", "❤️", "👩🏽‍🚀", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🇩🇪", "1️⃣", "👨‍👩‍👧‍👦"];

const META = [
  "O'Brien",
  'say "hi"',
  "`whoami`",
  "$(touch pwned)",
  "; rm -rf ~ #",
  "a && b || c > d < e",
  "--name=evil",
  "-rf",
  "'; drop table agents; --",
  "Robert'); delete from projects; --",
  "\\\"; \\' \\\\",
  "*bold* _it_ ~~x~~",
  "# heading",
  "- Name: Impostor",
  "[link](javascript:alert(1))",
  "<script>alert(1)</script>",
  "<!-- -->",
  "{{name}}",
  "{{ role }} }}",
  "$& $1 $$ $`",
  "$HOME and $" + "{HOME}",
  "%s %d %n",
  "../../etc/passwd",
  "C:\\Windows",
  "NUL",
  "null",
  "__proto__",
  "constructor",
  "main",
  "agent:ricky:main",
  "a|b;c,d\te",
  "=1+1",
  "@everyone",
  "ﬁ ligature ① ½ ＡＢ",
];

const SPACES = " \u00A0\u1680\u2000\u2003\u2009\u202F\u205F\u3000\uFEFF";
const LINE_BREAKS = "\n\r\t\v\f\u0085\u2028\u2029";
const CONTROLS = "\u0000\u0001\u0007\u001B\u007F\u009F";
const DIRECTIONS = "\u061C\u200E\u200F\u202A\u202B\u202D\u202E\u2066\u2067\u2069";
const INVISIBLE = "\u00AD\u034F\u115F\u180E\u200B\u200C\u200D\u2060\u2800\u3164\uFE0F\uFFA0\u{E0041}";
const MARKS = "\u0301\u0308\u0327\u030A\u05B8\u064B\u093E\u0E34";

const word = fc.oneof(...SCRIPTS.map(wordOf));
const words = fc.array(word, { minLength: 1, maxLength: 4 }).map((some) => some.join(" "));
const oddly = (characters: string) => joined(word, pick(characters), word);
/** So many characters of one script, of which some take two code units. */
const long = (length: number) =>
  fc
    .constantFrom(...SCRIPTS)
    .chain((letters) => fc.string({ unit: pick(letters), minLength: length, maxLength: length }));

/** Of Unicode 16 and 17: some of our engines know them, and would sort or join them, and others do not. */
const TOO_NEW = [
  "a\u1ACF\u0323",
  "a\u1ADD\u0301",
  "Ana\u1AEB\u0327 Maria",
  "a\u0897\u064B",
  "x\u{1E6F5}\u0323",
  "\u{105D2}\u0307",
  "\u{16D67}\u{16D67}",
  "\uA7F1ara",
];

const HALVES = ["\uD83E", "\uDD8A", "\uDD8A\uD83E"];

/** Names that a form should take, as they are or mended. */
const USUAL: Record<string, fc.Arbitrary<string>> = {
  "words of many scripts": words,
  "with emoji": joined(words, fc.constant(" "), fc.constantFrom(...EMOJI)),
  "emoji alone": fc.constantFrom(...EMOJI),
  "metacharacters between words": joined(word, fc.constantFrom(...META), word),
  "white space at the ends and inside": joined(pick(SPACES), word, pick(SPACES), pick(SPACES), word, pick(SPACES)),
  "invisible characters inside": oddly(INVISIBLE),
  "marks behind letters": fc
    .array(joined(word, pick(MARKS)), { minLength: 1, maxLength: 3 })
    .map((some) => some.join("")),
  "letters taken apart": wordOf("äéñåçőžắǭ각なΐ").map((text) => text.normalize("NFD")),
  "80 characters": long(80),
  "80 characters, once composed": fc.constantFrom("é", "ǭ", "각").map((letter) => letter.repeat(80).normalize("NFD")),
  "any printable characters": fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }),
  "any characters": fc.string({ unit: "binary", minLength: 1, maxLength: 8 }),
};

/** Names that a form should refuse. */
const HOSTILE: Record<string, fc.Arbitrary<string>> = {
  nothing: fc.constant(""),
  "white space alone": wordOf(SPACES),
  "invisible characters alone": wordOf(INVISIBLE + SPACES),
  "a line break inside": oddly(LINE_BREAKS),
  "a line break at an end": fc.oneof(joined(word, pick(LINE_BREAKS)), joined(pick(LINE_BREAKS), word)),
  "a control inside": oddly(CONTROLS),
  "a control at an end": fc.oneof(joined(word, pick(CONTROLS)), joined(pick(CONTROLS), word)),
  "a direction mark inside": oddly(DIRECTIONS),
  "a direction mark at an end": fc.oneof(joined(word, pick(DIRECTIONS)), joined(pick(DIRECTIONS), word)),
  "half a character inside": joined(word, fc.constantFrom(...HALVES), word),
  "half a character alone": fc.constantFrom(...HALVES),
  "81 characters": long(81),
  "a page of text": fc.integer({ min: 82, max: 5_000 }).chain(long),
};

/** So many names of these kinds, of each kind in turn. */
function draw(kinds: Record<string, fc.Arbitrary<string>>, count: number, seed: number): TriedName[] {
  const entries = Object.entries(kinds);
  const drawn = entries.map(([kind, names], nth) => {
    const numRuns = Math.floor(count / entries.length) + (nth < count % entries.length ? 1 : 0);
    return fc.sample(names, { seed, numRuns }).map((name) => ({ kind, name }));
  });
  return drawn.flat();
}

/** `count` names, the same ones for the same seed: all metacharacters and what is too new, then a third of usual ones, then hostile ones. */
export function tryNames(count: number, seed: number): TriedName[] {
  const fixed = [
    ...META.map((name) => ({ kind: "metacharacters", name })),
    ...TOO_NEW.map((name) => ({ kind: "characters that are too new", name })),
  ];
  const usual = draw(USUAL, Math.floor(count / 3), seed);
  return [...fixed, ...usual, ...draw(HOSTILE, count - fixed.length - usual.length, seed)];
}
