import { expect, it } from "vitest";
import type { Access } from "../lib/access.ts";
import { roleLines } from "./role-lines.ts";

const PROJECTS = ["a", "b", "c", "d", "e"].map((id) => ({ id, name: `Project ${id.toUpperCase()}` }));
const member = (roles: Access["roles"]): Access => ({ mode: "members", roles, executor_id: null });

it("one role is one line, with the project's name", () => {
  expect(roleLines(member({ a: "owner" }), PROJECTS)).toEqual(["Owner of Project A"]);
});

it("a project whose name was not read yet stands with its id", () => {
  expect(roleLines(member({ "front-office": "viewer" }), [])).toEqual(["Viewer of front-office"]);
});

it("of many roles the first are named and the others counted", () => {
  const roles = { a: "viewer", b: "owner", c: "operator", d: "viewer", e: "viewer" } as const;
  expect(roleLines(member(roles), PROJECTS)).toEqual([
    "Operator of Project C",
    "Owner of Project B",
    "Viewer of Project A",
    "and 2 more",
  ]);
});

it("nobody's roles are told before they are known", () => {
  expect(roleLines(undefined, PROJECTS)).toEqual([]);
});

it("without a role it says whether one is needed", () => {
  expect(roleLines(member({}), PROJECTS)).toEqual(["Member of no project"]);
  expect(roleLines({ ...member({}), mode: "open" }, PROJECTS)).toEqual(["Open to everybody who signs in"]);
});
