import type { Browser, BrowserContextOptions } from "playwright-core";

interface PageOptions extends BrowserContextOptions {
  /** The only origins (`http://127.0.0.1:5173`) that may be asked for anything; sockets count by their host. */
  origins: readonly string[];
}

const DESKTOP = { width: 1280, height: 800 };

const sayViolations = `document.addEventListener("securitypolicyviolation", (event) => {
  const { violatedDirective, blockedURI, sourceFile, lineNumber } = event;
  console.error("Content-Security-Policy: " + violatedDirective + " " + blockedURI, sourceFile + ":" + lineNumber);
});`;

/**
 * A page in a profile of its own, without motion. `troubles` is what nobody should find on a page, oldest first: console
 * errors and warnings, thrown errors, requests without an answer, requests to a foreign host. A test takes out what it
 * provoked itself.
 */
export async function openPage(browser: Browser, { origins, ...options }: PageOptions) {
  const context = await browser.newContext({ viewport: DESKTOP, reducedMotion: "reduce", ...options });
  const hosts = new Set(origins.map((origin) => new URL(origin).host));
  const troubles: string[] = [];
  const inspect = (address: string) => {
    const { protocol, host } = new URL(address);
    const isInside = protocol === "data:" || protocol === "blob:" || hosts.has(host);
    if (!isInside) troubles.push(`Foreign request: ${address}`);
  };

  const page = await context.newPage();
  // Also what the page caught itself, of which the console says nothing.
  await page.addInitScript({ content: sayViolations });
  page.on("console", (message) => {
    const { url } = message.location();
    if (["error", "warning"].includes(message.type())) troubles.push(`Console: ${message.text()} (${url})`);
  });
  page.on("pageerror", (error) => troubles.push(`Thrown: ${error.stack ?? error.message}`));
  page.on("request", (request) => inspect(request.url()));
  page.on("websocket", (socket) => inspect(socket.url()));
  page.on("requestfailed", (request) => {
    const why = request.failure()?.errorText ?? "";
    // The page itself gave up on it, as it does with a query whose result nobody wants any more.
    if (why !== "net::ERR_ABORTED") troubles.push(`No answer: ${request.method()} ${request.url()} (${why})`);
  });
  return { page, troubles };
}
