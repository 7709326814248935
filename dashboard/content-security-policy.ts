import type { Plugin } from "vite";

/**
 * What the page may load and whom it may ask: its own files, and the project at this URL. Nothing inline, nothing made of
 * text, no form that leaves the page. Without a URL it may ask nobody.
 */
function policyFor(supabaseUrl: string | undefined): string {
  const project = supabaseUrl === undefined ? "'none'" : originsOf(supabaseUrl).join(" ");
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    `connect-src ${project}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
}

/** For requests and for Realtime's socket. */
function originsOf(url: string): string[] {
  const { origin } = new URL(url);
  return [origin, origin.replace(/^http/, "ws")];
}

/** Puts the policy into the built page. While developing there is none: Vite's own client is inline. */
export function contentSecurityPolicy(): Plugin {
  let content = "";
  return {
    name: "content-security-policy",
    apply: "build",
    configResolved({ env }) {
      const url: unknown = env["VITE_SUPABASE_URL"];
      content = policyFor(typeof url === "string" && url !== "" ? url : undefined);
    },
    transformIndexHtml: () => [
      // Before all that it is to govern.
      { tag: "meta", attrs: { "http-equiv": "Content-Security-Policy", content }, injectTo: "head-prepend" },
    ],
  };
}
