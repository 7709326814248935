import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import * as workspaces from "../workspace.ts";
import { identify } from "./identity.ts";

let workspace: workspaces.Workspace;
beforeEach(async () => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "hatchery-identity-")));
  onTestFinished(() => rmSync(root, { recursive: true }));
  workspace = await workspaces.openWorkspace(root, "ricky");
});

const pathOf = (name: string) => join(workspace.dir, name);
const onDisk = () => readFileSync(pathOf("IDENTITY.md"), "utf8");

/** @param meanwhile what the agent does once, between the look at its file and the write */
async function name(meanwhile = (): unknown => null) {
  let isOver = false;
  const kept: string[] = [];
  const replaceWorkspaceFile: typeof workspaces.replaceWorkspaceFile = (place, file, text) =>
    workspaces.replaceWorkspaceFile(place, file, text, async (folder) => {
      const names = await readdir(folder);
      if (!isOver) meanwhile();
      isOver = true;
      return names;
    });
  const edges = {
    openclaw: { setIdentity: () => Promise.resolve(), listAgents: () => Promise.resolve([]) },
    workspaces: { ...workspaces, replaceWorkspaceFile },
    keep: (text: string) => Promise.resolve(kept.push(text)),
  };
  const call = { signal: new AbortController().signal, requestId: "any" };
  const text = await identify(edges, workspace, { display_name: "Ricky", emoji: "🦊" }, call);
  return { text, kept };
}

test("what IDENTITY.md said before is kept, and only its name and emoji change", async () => {
  writeFileSync(pathOf("IDENTITY.md"), "- Name: ricky\n- Emoji: x\nI like tea\n");
  expect(await name()).toEqual({
    text: "- Name: Ricky\n- Emoji: 🦊\nI like tea\n",
    kept: ["- Name: ricky\n- Emoji: x\nI like tea\n"],
  });
  expect(onDisk()).toBe("- Name: Ricky\n- Emoji: 🦊\nI like tea\n");
  expect(await name()).toMatchObject({ kept: [] });
});

test("what the agent writes there in that moment stays, with the new name and emoji", async () => {
  writeFileSync(pathOf("IDENTITY.md"), "- Name: ricky\n- Emoji: x\n");
  const { text, kept } = await name(() => writeFileSync(pathOf("IDENTITY.md"), "- Name: ricky\n- Emoji: y\nNew\n"));
  expect(text).toBe("- Name: Ricky\n- Emoji: 🦊\nNew\n");
  expect(onDisk()).toBe(text);
  expect(kept).toContain("- Name: ricky\n- Emoji: y\nNew\n");
  expect(readdirSync(workspace.dir)).toEqual(["IDENTITY.md"]);
});

test("what an earlier attempt displaced before it was killed is kept first", async () => {
  writeFileSync(pathOf("IDENTITY.md"), "- Name: Ricky\n- Emoji: 🦊\n");
  writeFileSync(pathOf(".IDENTITY.md.hatchery-displaced"), "Written in that moment");
  expect(await name()).toEqual({ text: "- Name: Ricky\n- Emoji: 🦊\n", kept: ["Written in that moment"] });
  expect(readdirSync(workspace.dir)).toEqual(["IDENTITY.md"]);
});
