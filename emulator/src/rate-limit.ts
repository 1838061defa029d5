/** How many requests of one account the gateway takes. */
export interface RateLimit {
  /** So many requests … */
  requests: number;
  /** … in so many ms. */
  perMs: number;
  /**
   * `bucket`: requests come back one by one, and as many as `requests` can be
   * saved up. `window`: all come back at once, each `perMs`. Default: `bucket`
   */
  shape?: "bucket" | "window";
  /** How a refusal says when to come back, rounded up to seconds. Default: it does not */
  retryAfter?: "seconds" | "date";
}

interface Usage {
  /** Requests that are left. */
  left: number;
  /** When that was so; in a window, when the window began. */
  at: number;
}

/** Counts the requests of each account against one limit. */
export class AccountLimits {
  private readonly usages = new Map<string, Usage>();

  constructor(readonly limit: RateLimit) {}

  /**
   * Counts a request. Returns in how many ms another one can be accepted where
   * this one is one too many; else undefined.
   */
  take(account: string, now: number): number | undefined {
    const { requests, perMs, shape } = this.limit;
    const known = this.usages.get(account) ?? { left: requests, at: now };
    const usage = shape === "window" ? this.inWindow(known, now) : this.inBucket(known, now);
    this.usages.set(account, usage);
    if (usage.left >= 1) {
      usage.left -= 1;
      return undefined;
    }
    return shape === "window" ? usage.at + perMs - now : ((1 - usage.left) * perMs) / requests;
  }

  /** Forgets what was used. */
  clear(): void {
    this.usages.clear();
  }

  private inWindow(known: Usage, now: number): Usage {
    const at = now - (now % this.limit.perMs);
    return known.at >= at ? { left: known.left, at } : { left: this.limit.requests, at };
  }

  private inBucket({ left, at }: Usage, now: number): Usage {
    const { requests, perMs } = this.limit;
    return { left: Math.min(requests, left + ((now - at) * requests) / perMs), at: now };
  }
}
