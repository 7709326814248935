import type { Page } from "playwright-core";
import type { Access, Machine, Member } from "./insert-agents.ts";
import type { SceneDocument } from "./insert-documents.ts";
import type { PastRequest } from "./insert-requests.ts";

/** A page in a state that somebody can meet. */
export type Scene = {
  /** Unique; the name of its pictures. */
  name: string;
  /** Begins with /; "/" unless said. */
  path?: string;
  /** False: nobody is signed in. */
  signedIn?: boolean;
  /** The host that the page is opened at; 127.0.0.1 unless said. */
  host?: string;
  /** Whether members alone get in, and what the person who is signed in is then: open, and nothing in particular. */
  access?: Access;
  /** The fleet unless said. */
  members?: readonly Member[];
  machines?: readonly Machine[];
  /** None unless said, but those of the members. */
  requests?: readonly PastRequest[];
  /** None unless said. */
  documents?: readonly SceneDocument[];
  /** Before the page is opened: what its requests will meet. */
  meets?: (page: Page) => Promise<unknown>;
  /** Brings the opened page into the state, and returns when it is there. */
  reach: (page: Page) => Promise<unknown>;
};

/** Waits until this text is there. */
export const seen = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();

/** Every answer of these paths is this refusal. */
export const refuse = (page: Page, path: string, status: number, body: { error: object; errors?: object[] }) =>
  page.route(path, (route) =>
    route.request().method() === "OPTIONS"
      ? route.continue()
      : route.fulfill({ status, json: body, headers: { "access-control-allow-origin": "*" } }),
  );
export const FUNCTION = "**/functions/v1/provision-agent**";
