import type { Clock } from "../host";
import type { Waiter } from "../operation";

/** The same waiter for one call that is worth this time only, in ms: there is another way to learn it. */
export function limited(waiter: Waiter, ms: number, clock: Clock): Waiter {
  const until = clock.now() + ms;
  return {
    remaining: () => Math.max(0, Math.min(waiter.remaining(), until - clock.now())),
    signal: waiter.signal,
    note: (seen) => {
      waiter.note(seen);
    },
    halted: () => waiter.halted?.(),
  };
}
