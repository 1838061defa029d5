import type { Clock } from "../clock";
import type { Log } from "../log";
import { CredentialsError } from "./errors";
import { renewalMarginMs, samePass, type Grant } from "./grant";

/** How to get a grant and what to do when that gives nothing new. */
export interface Granter {
  /** What is being used, for messages. */
  title: string;
  /** Whether another `obtain` gives a new pass; false for keys and tokens that somebody wrote down. */
  renewable: boolean;
  obtain(): Promise<Grant>;
  /**
   * Asks IAM about a pass that the service refused: throws `CredentialsError`
   * if it is no longer good, else the refusal was about something else.
   */
  ask(grant: Grant): Promise<void>;
}

/** After a renewal that failed, the old grant is used this long before the next try, in ms. */
const pauseMs = 5_000;

/** Keeps one grant fresh: gets it, renews it in time, and by one request however many wait. */
export class Keeper {
  #grant: Grant | undefined;
  #obtained = 0;
  #pending: Promise<Grant> | undefined;
  #asking: Promise<void> | undefined;
  #pausedUntil = 0;

  constructor(
    private readonly granter: Granter,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** A grant that is good for a while yet. Throws `CredentialsError`. */
  async current(): Promise<Grant> {
    const grant = this.#grant;
    if (!grant) return this.#obtain();
    if (!grant.expiry) return grant;
    const remaining = grant.expiry.end - this.clock.now();
    if (!this.granter.renewable) {
      if (remaining > 0) return grant;
      return this.#replace(grant);
    }
    if (remaining > renewalMarginMs(grant.expiry)) return grant;
    const usable = () => (grant.expiry?.end ?? 0) > this.clock.now();
    if (usable() && this.clock.now() < this.#pausedUntil) return grant;
    try {
      return await this.#obtain();
    } catch (error) {
      if (!usable() || !isPassing(error)) throw error;
      this.log.debug(
        `${this.granter.title}: renewal failed, the old one is good until ${grant.expiry.at.toISOString()}`,
      );
      this.#pausedUntil = this.clock.now() + pauseMs;
      return grant;
    }
  }

  /** After a 401: true if there is something new to try; throws `CredentialsError` if it cannot be had. */
  async renew(): Promise<boolean> {
    const refused = this.#grant;
    if (!refused || this.#pending) {
      await this.#obtain();
      return true;
    }
    if (this.#isFresh(refused)) return true;
    if (this.granter.renewable) {
      await this.#obtain();
      return true;
    }
    if (!samePass((await this.#obtain()).pass, refused.pass)) return true;
    await (this.#asking ??= this.granter.ask(refused).finally(() => (this.#asking = undefined)));
    return false;
  }

  /**
   * A call that was refused with the grant before this one comes late: the
   * present one has not been tried yet.
   */
  #isFresh(grant: Grant): boolean {
    if (!this.granter.renewable) return false;
    const age = this.clock.now() - this.#obtained;
    return this.#renewed && age < Math.min(10_000, (grant.expiry?.lifetimeMs ?? Infinity) * 0.2);
  }

  #renewed = false;

  /** The credentials that were written down have ended; perhaps new ones have been written since. */
  async #replace(ended: Grant): Promise<Grant> {
    const now = await this.#obtain();
    if (!samePass(now.pass, ended.pass)) return now;
    throw endedError(this.granter.title, ended);
  }

  #obtain(): Promise<Grant> {
    this.#pending ??= this.granter
      .obtain()
      .then((grant) => {
        this.#renewed = this.#grant !== undefined;
        this.#grant = grant;
        this.#obtained = this.clock.now();
        return grant;
      })
      .finally(() => (this.#pending = undefined));
    return this.#pending;
  }
}

/** Says which credential ended, when, and that nobody can renew it. */
export function endedError(title: string, ended: Grant): CredentialsError {
  const when = ended.expiry ? ` expired at ${ended.expiry.at.toISOString()}` : " is no longer accepted";
  return new CredentialsError(
    "expired",
    `${title}${when} and cannot be renewed from here: put a new one in its place, or use credentials that renew ` +
      "themselves (user and password, an identity token file, an agency)",
  );
}

function isPassing(error: unknown): boolean {
  return error instanceof CredentialsError && error.reason === "unreachable";
}
