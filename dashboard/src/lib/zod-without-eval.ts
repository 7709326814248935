import { config } from "zod";

// Zod would make faster parsers out of text, and tries at the first schema whether it may; the page's policy says no.
// Imported before any schema is made.
config({ jitless: true });
