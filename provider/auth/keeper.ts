import type { Clock } from "../clock";
import type { Log } from "../log";
import { CredentialsError } from "./errors";
import { renewalMarginMs, samePass, secretsOf, type Grant } from "./grant";
import type { Secret } from "./secret";

/** How to get a grant, and what to do when that gives nothing new. */
export interface Granter {
  /** What is being used, for messages, and what else to look at when it is refused. */
  title: string;
  advice?: string | undefined;
  /** Whether another `obtain` gives a new pass; false for keys and tokens that somebody wrote down. */
  renewable: boolean;
  /** Throws `CredentialsError`. */
  obtain(): Promise<Grant>;
  /** Whether IAM still accepts a pass that another service refused. */
  stands(grant: Grant): Promise<boolean>;
}

/** After a renewal that failed, the old grant is used this long before the next try, in ms. */
const pauseMs = 5_000;

/** Keeps one grant fresh: gets it, renews it in time, and by one request however many wait. */
export class Keeper {
  #grant: Grant | undefined;
  /** The one before: an answer to it may come after the renewal. */
  #last: Grant | undefined;
  #obtainedAt = 0;
  #renewals = -1;
  #obtaining: Promise<Grant> | undefined;
  #renewing: Promise<boolean> | undefined;
  #pausedUntil = 0;
  /** A renewal that was refused: asking again for every disk would lock the user out. */
  #over: { error: CredentialsError; until: number } | undefined;

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
    const { end, at } = grant.expiry;
    const usable = () => end > this.clock.now();
    if (!this.granter.renewable) return usable() ? grant : this.#replaced(grant);
    if (end - this.clock.now() > renewalMarginMs(grant.expiry)) return grant;
    if (usable() && this.clock.now() < this.#pausedUntil) return grant;
    try {
      return await this.#obtain();
    } catch (error) {
      if (!usable()) throw error;
      this.log.debug(
        `${this.granter.title}: renewal failed; the present one is good until ${at.toISOString()}`,
      );
      this.#pausedUntil = this.clock.now() + pauseMs;
      return grant;
    }
  }

  /**
   * After a 401. True if there is something new to try. False if IAM accepts
   * what was refused: the refusal was about something else, such as a missing
   * permission. Throws `CredentialsError` if the credentials have ended; it
   * repeats what the service said (`refusal`).
   */
  renew(refusal?: string): Promise<boolean> {
    this.#renewing ??= this.#renew(refusal).finally(() => (this.#renewing = undefined));
    return this.#renewing;
  }

  /** What must not be shown of the grants that were used last. */
  secrets(): Secret[] {
    return [this.#last, this.#grant].flatMap((grant) => (grant ? secretsOf(grant.pass) : []));
  }

  async #renew(refusal?: string): Promise<boolean> {
    const refused = this.#grant;
    if (!refused || this.#obtaining || this.#isUntried(refused)) {
      await this.current();
      return true;
    }
    const next = await this.#obtain();
    if (this.granter.renewable || !samePass(next.pass, refused.pass)) return true;
    if (await this.granter.stands(refused)) return false;
    throw ended(this.granter, refused, this.clock.now(), { refusal });
  }

  /** A refusal that arrives just after a renewal was still about the grant before. */
  #isUntried(grant: Grant): boolean {
    const age = this.clock.now() - this.#obtainedAt;
    const lifetime = grant.expiry?.lifetimeMs ?? Infinity;
    return this.granter.renewable && this.#renewals > 0 && age < Math.min(10_000, lifetime * 0.2);
  }

  /** What was written down has ended; perhaps something new has been written since. */
  async #replaced(old: Grant): Promise<Grant> {
    const next = await this.#obtain();
    if (samePass(next.pass, old.pass)) throw ended(this.granter, old, this.clock.now(), {});
    return next;
  }

  #obtain(): Promise<Grant> {
    if (this.#over && this.clock.now() < this.#over.until) return Promise.reject(this.#over.error);
    this.#obtaining ??= this.#obtainOnce().finally(() => (this.#obtaining = undefined));
    return this.#obtaining;
  }

  async #obtainOnce(): Promise<Grant> {
    try {
      const grant = await this.granter.obtain();
      if (this.#renewals >= 0 && this.granter.renewable) this.#tellRenewal(grant);
      this.#last = this.#grant;
      this.#grant = grant;
      this.#obtainedAt = this.clock.now();
      this.#renewals++;
      return grant;
    } catch (error) {
      if (!this.#grant || !(error instanceof CredentialsError) || error.reason !== "refused") throw error;
      const over = ended(this.granter, this.#grant, this.clock.now(), {
        // Its title is at the beginning already.
        why: error.message.replace(`${this.granter.title}: `, ""),
      });
      this.#over = { error: over, until: this.clock.now() + pauseMs };
      throw over;
    }
  }

  #tellRenewal({ expiry }: Grant): void {
    const until = expiry ? `, now good until ${expiry.at.toISOString()}` : "";
    this.log.debug(`credentials renewed: ${this.granter.title}${until}`);
  }
}

/** Says which credential ended, when, and that nobody here can renew it. */
function ended(
  { title, advice }: Granter,
  { expiry }: Grant,
  now: number,
  { refusal, why }: { refusal?: string | undefined; why?: string },
): CredentialsError {
  const said = refusal === undefined ? "" : ` (${refusal})`;
  let state = "is not accepted";
  if (expiry) {
    const at = expiry.at.toISOString();
    state = expiry.end <= now ? `ended at ${at}` : `would be good until ${at}, but is not accepted any more`;
  }
  return new CredentialsError(
    "expired",
    [
      `${title} ${state}${said}`,
      why === undefined ? "It cannot be renewed from here" : `It could not be renewed: ${why}`,
      "Put a new one in its place, or use what renews itself: user and password, an identity token file, an agency",
      ...(advice === undefined ? [] : [advice]),
    ].join(". "),
  );
}
