/**
 * Loaded before the executor: its wall clock is off by CHAOS_CLOCK_SHIFT_MS, and jumps by CHAOS_CLOCK_JUMP_MS at each
 * SIGUSR2.
 */
let shiftMs = Number(process.env["CHAOS_CLOCK_SHIFT_MS"] ?? 0);
const RealDate = Date;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [RealDate.now() + shiftMs] : args, newTarget),
  get: (target, key) => (key === "now" ? () => RealDate.now() + shiftMs : Reflect.get(target, key)),
});

process.on("SIGUSR2", () => {
  shiftMs += Number(process.env["CHAOS_CLOCK_JUMP_MS"] ?? 0);
});
