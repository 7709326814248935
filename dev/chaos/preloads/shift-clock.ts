/** Loaded before the executor: its wall clock is off by CHAOS_CLOCK_SHIFT_MS. */
const shiftMs = Number(process.env["CHAOS_CLOCK_SHIFT_MS"]);
const RealDate = Date;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [RealDate.now() + shiftMs] : args, newTarget),
  get: (target, key) => (key === "now" ? () => RealDate.now() + shiftMs : Reflect.get(target, key)),
});
