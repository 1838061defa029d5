import { ConnectionError } from "../provider/core/errors";
import type { Send } from "../provider/core/host";
import { VirtualClock } from "./virtualClock";

/** Turns of the event loop without a sign of life after which nothing more will happen by itself. */
const QUIET_TURNS = 4;
/** As above, while a request is under way that nobody has answered for long: its answer may come now. */
const LATE_ANSWER_TURNS = 16;
/** With a request under way: loopback has delivered long ago, so it is one that nobody answers. */
const STALLED_TURNS = 60;
const STALLED_MS = 10;

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/**
 * Lets hours pass in milliseconds: whenever everybody sleeps and no request is
 * under way, the clock goes on to the next one who wakes. Real requests take
 * real time and no virtual time at all.
 */
export class VirtualTime {
  readonly clock = new VirtualClock();
  readonly #underWay = new Set<object>();
  /** Those of them that nobody answers, unless time passes. */
  readonly #stalled = new Set<object>();
  #activity = 0;
  #over = false;

  /** A `send` whose requests are waited for, and whose time-outs go by this clock. */
  watched(send: Send): Send {
    return async (request) => {
      this.#underWay.add(request);
      this.#activity += 1;
      const answered = new AbortController();
      const tooLate = this.clock.sleep(request.timeoutMs, answered.signal).then(() => {
        throw new ConnectionError({
          request: `${request.method} ${request.url}`,
          why: `no answer within ${request.timeoutMs / 1000} s`,
          reached: "unknown",
          systemCode: "ETIMEDOUT",
        });
      });
      try {
        return await Promise.race([send(request), tooLate]);
      } finally {
        // The sleep ends here too; nobody listens to it any more.
        tooLate.catch(() => undefined);
        answered.abort();
        this.#underWay.delete(request);
        this.#stalled.delete(request);
        this.#activity += 1;
      }
    };
  }

  /** No more time passes: what a test left waiting when it was cut off must not keep the process busy. */
  end(): void {
    this.#over = true;
  }

  /** Lets time pass until the promise is settled. Fails when everybody waits and nobody will ever wake. */
  async until<T>(promise: Promise<T>): Promise<T> {
    const state = { settled: false };
    const done = () => (state.settled = true);
    promise.then(done, done);
    for (;;) {
      await this.idle();
      if (state.settled) return promise;
      if (!this.clock.step()) throw new Error("everybody waits, and nobody will ever wake");
    }
  }

  /** Lets so much time pass, with everything that happens in it. */
  async pass(ms: number): Promise<void> {
    const end = this.clock.now() + ms;
    do await this.idle();
    while (this.clock.step(end));
    this.clock.advance(end - this.clock.now());
    await this.idle();
  }

  /** Resolves when nothing more happens unless time passes. */
  async idle(): Promise<void> {
    let seen = -1;
    let turns = 0;
    let since = performance.now();
    for (;;) {
      if (this.#over) throw new Error("the test is over; no more time passes");
      await turn();
      const activity = this.#activity + this.clock.activity;
      if (activity !== seen) {
        seen = activity;
        turns = 0;
        since = performance.now();
      }
      turns += 1;
      const enough = this.#stalled.size === 0 ? QUIET_TURNS : LATE_ANSWER_TURNS;
      if (this.#underWay.size === this.#stalled.size && turns >= enough) return;
      if (turns >= STALLED_TURNS && performance.now() - since >= STALLED_MS) {
        for (const request of this.#underWay) this.#stalled.add(request);
        return;
      }
    }
  }
}
