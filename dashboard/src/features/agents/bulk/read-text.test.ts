import { expect, test } from "vitest";
import { readText } from "./read-text.ts";

const cellsOf = (text: string) => readText(text).entries.map(({ cells }) => cells);
const linesOf = (text: string) => readText(text).entries.map(({ line }) => line);

test("each line is a name, a purpose and an emoji, as far as they are there", () => {
  expect(cellsOf("Ricky\nAda, reads papers\nMarlow,looks into incidents , 🕵️")).toEqual([
    { name: "Ricky", purpose: "" },
    { name: "Ada", purpose: "reads papers" },
    { name: "Marlow", purpose: "looks into incidents", emoji: "🕵️" },
  ]);
});

test("a purpose may hold commas, in quotes or without", () => {
  const ada = { name: "Ada", purpose: "reads, writes, and sorts", emoji: "🔬" };
  expect(cellsOf('Ada, reads, writes, and sorts, 🔬\nAda, "reads, writes, and sorts", 🔬')).toEqual([ada, ada]);
});

test("an emoji without a purpose, a colour and a key of one's own are known by their looks", () => {
  expect(cellsOf("Ricky, 🦊\nAda, reads, #0ea5e9, agent:ada:night\nBo, 🦊🦉")).toEqual([
    { name: "Ricky", purpose: "", emoji: "🦊" },
    { name: "Ada", purpose: "reads", color: "#0ea5e9", key: "agent:ada:night" },
    { name: "Bo", purpose: "", emoji: "🦊🦉" },
  ]);
});

test("empty lines count as lines and make no agents", () => {
  expect(linesOf("\nRicky\n\n  \n,,\nAda\n")).toEqual([2, 6]);
  expect(readText(" \n\n").entries).toEqual([]);
});

test("line breaks of Windows and a byte order mark change nothing", () => {
  expect(readText("\uFEFFName,Emoji\r\nZoë,🦉\r\n\r\n研究员,\r\n")).toEqual(
    readText("Name,Emoji\nZoë,🦉\n\n研究员,\n"),
  );
});

test("a heading names the columns, in any order and spelling; the rest is left out and told", () => {
  const reading = readText("Emoji,Department,Display name,Colour,ROLE\n🦉,Sales,Zoë van Dijk,Teal,sells\n,,Bo,,");
  expect(reading.columns).toEqual({ used: ["emoji", "name", "color", "purpose"], unused: ["Department"] });
  expect(reading.entries).toEqual([
    { line: 2, cells: { emoji: "🦉", name: "Zoë van Dijk", color: "Teal", purpose: "sells" } },
    { line: 3, cells: { emoji: "", name: "Bo", color: "", purpose: "" } },
  ]);
});

test("a first row that says name is a heading, whatever else it says", () => {
  expect(readText("Name;Zweck\nJürgen;liest")).toMatchObject({
    entries: [{ line: 2, cells: { name: "Jürgen" } }],
    columns: { used: ["name"], unused: ["Zweck"] },
  });
});

test("the first agent is no heading, even when it is called like one", () => {
  expect(cellsOf("Agent, reads papers\nAda")).toEqual([
    { name: "Agent", purpose: "reads papers" },
    { name: "Ada", purpose: "" },
  ]);
});

test("cells that a spreadsheet copies, parted by tabs, keep commas, quotes and line breaks", () => {
  const copied = 'name\tpurpose\nRicky\t"answers ""mail"",\nand calls"\n5" bot\tsees\n';
  expect(readText(copied).entries).toEqual([
    { line: 2, cells: { name: "Ricky", purpose: 'answers "mail", and calls' } },
    { line: 4, cells: { name: '5" bot', purpose: "sees" } },
  ]);
});

test("semicolons part cells where they stand in every row, and belong to the text elsewhere", () => {
  expect(cellsOf("Jürgen;beantwortet Mails, Anrufe;🦊\n\nÄnne;liest, rechnet;🔬\n")[0]).toEqual({
    name: "Jürgen",
    purpose: "beantwortet Mails, Anrufe",
    emoji: "🦊",
  });
  expect(cellsOf("Jürgen;liest\nÄnne")).toMatchObject([{ name: "Jürgen", purpose: "liest" }, { name: "Änne" }]);
  expect(cellsOf("Ricky, answers mail; and the phone\nAda, reads")[0]).toMatchObject({
    purpose: "answers mail; and the phone",
  });
});

test("what looks like a formula is text", () => {
  expect(cellsOf('=SUM(A1:A3),"=HYPERLINK(""x"")"\n+1,-2')).toEqual([
    { name: "=SUM(A1:A3)", purpose: '=HYPERLINK("x")' },
    { name: "+1", purpose: "-2" },
  ]);
});

test("a quotation mark that nobody closed is a problem of its own line", () => {
  expect(readText('Ricky, answers\n"Ada, reads\nBo, sings').entries).toEqual([
    { line: 1, cells: { name: "Ricky", purpose: "answers" } },
    { line: 2, cells: expect.anything(), problem: expect.stringMatching(/^The quotation marks/) },
    { line: 3, cells: { name: "Bo", purpose: "sings" } },
  ]);
});

test("a row with more cells than the heading says so", () => {
  const [entry] = readText("name,purpose\nAda,reads,writes").entries;
  expect(entry?.problem).toBe("This has 3 columns, and the heading 2: put text with commas in quotes");
});

test("JSON is read with the same names, each agent at its line", () => {
  const json = `{ "agents": [
    { "displayName": "Ricky", "tags": ["a", {"b": 1}], "role": "answers\\nmail" }, {"name": 7,
      "emoji": null },
    "Ada"
  ] }`;
  const reading = readText(json);
  expect(reading.entries).toEqual([
    { line: 2, cells: { name: "Ricky", purpose: "answers mail" } },
    { line: 2, cells: { name: "7" } },
    { line: 4, cells: { name: "Ada" } },
  ]);
  expect(reading.columns).toEqual({ used: ["name", "purpose", "emoji"], unused: ["tags"] });
  expect(cellsOf('{"name": "Ricky"}')).toEqual([{ name: "Ricky" }]);
});

test("JSON that holds something else than text says where", () => {
  expect(readText('[{"name": {"first": "Ada"}}, 3]').entries.map(({ problem }) => problem)).toEqual([
    '"name" is not text',
    'Each agent is an object like {"name": "Ricky"}',
  ]);
});

test("JSON that is none says so, and at which line", () => {
  expect(readText('[\n  {"name": "Ricky"}\n  {"name": "Ada"}\n]').problem).toMatchObject({
    line: 3,
    message: "This is not valid JSON",
  });
});

test("a name in brackets is no JSON", () => {
  expect(cellsOf("[Bot] Ricky, answers")).toEqual([{ name: "[Bot] Ricky", purpose: "answers" }]);
});
