/** Loaded before the executor: on SIGUSR2 it collects garbage and writes what is still in use to stderr. */
process.on("SIGUSR2", () => {
  // Twice: what the first collection hands to finalisers goes with the second.
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  process.stderr.write(`${JSON.stringify({ probe: "memory", heapUsed, rss })}\n`);
});
