/** Loaded before a program: it believes to be on a Mac. */
Object.defineProperty(process, "platform", { value: "darwin" });
