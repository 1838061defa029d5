import { CredentialsError } from "../errors";
import type { Clock, Log } from "../host";
import { SharedWork, type Waiter } from "../operation";
import { type Expiry, type Grant, type RequestCredentials, revealed, secretsOf } from "./grant";

/** How long before its end a grant is renewed, in ms: a minute, for short ones a fifth of their life. */
export function renewalMarginMs(expiry: Expiry): number {
  return Math.min(60_000, expiry.lifetimeMs * 0.2);
}

function same(a: RequestCredentials, b: RequestCredentials): boolean {
  const values = (one: RequestCredentials) => [one.kind, ...secretsOf(one).map((secret) => secret.reveal())];
  return values(a).join("\n") === values(b).join("\n");
}

/** How to get a grant, and what to do when that gives nothing new. */
export interface Granter {
  /** What is being used, for messages. */
  title: string;
  /** What else to check when it is refused. */
  advice?: string | undefined;
  /** Whether another `obtain` gives new credentials; false for keys and tokens from settings. */
  renewable: boolean;
  /** Throws `CredentialsError`, and `TimeoutError` when no caller waits any longer. */
  obtain(waiter: Waiter): Promise<Grant>;
  /** Whether IAM still accepts credentials that another service refused. */
  isStillValid(grant: Grant, waiter: Waiter): Promise<boolean>;
}

/** After a renewal that failed, the old grant is used this long before the next try, in ms. */
const PAUSE_MS = 5_000;

/** Keeps one grant fresh: gets it, renews it in time, and by one request however many wait. */
export class CredentialCache {
  #grant: Grant | undefined;
  /** The one before: an answer to it may come after the renewal. */
  #last: Grant | undefined;
  #secrets: readonly string[] | undefined;
  #obtainedAt = 0;
  #renewals = -1;
  readonly #obtaining = new SharedWork((waiter) => this.#obtainOnce(waiter));
  readonly #renewing = new SharedWork((waiter) => this.#renew(waiter));
  #refusal = "";
  #pausedUntil = 0;
  /** A renewal that was refused: asking again for every disk would lock the user out. */
  #over: { error: CredentialsError; until: number } | undefined;

  constructor(
    private readonly granter: Granter,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** A grant that is valid for a while yet. Throws `CredentialsError`, and `TimeoutError` when no caller waits any longer. */
  async current(waiter: Waiter): Promise<Grant> {
    const grant = this.#grant;
    if (!grant) return this.#obtain(waiter);
    if (!grant.expiry) return grant;
    const { end, at } = grant.expiry;
    const usable = () => end > this.clock.now();
    if (!this.granter.renewable) return usable() ? grant : this.#replaced(grant, waiter);
    if (end - this.clock.now() > renewalMarginMs(grant.expiry)) return grant;
    if (usable() && this.clock.now() < this.#pausedUntil) return grant;
    try {
      return await this.#obtain(waiter);
    } catch (error) {
      if (!usable()) throw error;
      this.log.debug(
        `${this.granter.title}: renewal failed; the present credentials are valid until ${at.toISOString()}`,
      );
      this.#pausedUntil = this.clock.now() + PAUSE_MS;
      return grant;
    }
  }

  /**
   * After a 401. True if there is something new to try. False if IAM accepts
   * what was refused: the refusal was about something else, such as a missing
   * permission. Throws `CredentialsError` if the credentials have ended; it
   * repeats what the service said (`refusal`).
   */
  renew(refusal: string, waiter: Waiter): Promise<boolean> {
    if (!this.#renewing.running) this.#refusal = refusal;
    return this.#renewing.join(waiter, `Renewing credentials (${this.granter.title})`);
  }

  /** Values that must not be shown of the grants that were used last; the same array until they change. */
  secrets(): readonly string[] {
    this.#secrets ??= revealed(
      [this.#last, this.#grant].flatMap((grant) => (grant ? secretsOf(grant.credentials) : [])),
    );
    return this.#secrets;
  }

  async #renew(waiter: Waiter): Promise<boolean> {
    const refused = this.#grant;
    if (!refused || this.#obtaining.running || this.#isUntried(refused)) {
      await this.current(waiter);
      return true;
    }
    const next = await this.#obtain(waiter);
    if (this.granter.renewable || !same(next.credentials, refused.credentials)) return true;
    if (await this.granter.isStillValid(refused, waiter)) return false;
    throw ended(this.granter, refused, this.clock.now(), { refusal: this.#refusal });
  }

  /** A refusal that arrives just after a renewal was still about the grant before. */
  #isUntried(grant: Grant): boolean {
    const age = this.clock.now() - this.#obtainedAt;
    const lifetime = grant.expiry?.lifetimeMs ?? Infinity;
    return this.granter.renewable && this.#renewals > 0 && age < Math.min(10_000, lifetime * 0.2);
  }

  /** Credentials from settings have ended; perhaps new ones have been written since. */
  async #replaced(old: Grant, waiter: Waiter): Promise<Grant> {
    const next = await this.#obtain(waiter);
    if (same(next.credentials, old.credentials)) throw ended(this.granter, old, this.clock.now(), {});
    return next;
  }

  #obtain(waiter: Waiter): Promise<Grant> {
    if (this.#over && this.clock.now() < this.#over.until) return Promise.reject(this.#over.error);
    return this.#obtaining.join(waiter, `Signing in (${this.granter.title})`);
  }

  async #obtainOnce(waiter: Waiter): Promise<Grant> {
    try {
      const grant = await this.granter.obtain(waiter);
      if (this.#renewals >= 0 && this.granter.renewable) this.#logRenewal(grant);
      this.#last = this.#grant;
      this.#grant = grant;
      this.#secrets = undefined;
      this.#obtainedAt = this.clock.now();
      this.#renewals++;
      return grant;
    } catch (error) {
      if (!this.#grant || !(error instanceof CredentialsError) || error.reason !== "refused") throw error;
      const over = ended(this.granter, this.#grant, this.clock.now(), {
        // Its title is at the beginning already.
        why: error.why.replace(this.granter.title, "").replace(/^( is not accepted)?: /, ""),
      });
      this.#over = { error: over, until: this.clock.now() + PAUSE_MS };
      throw over;
    }
  }

  #logRenewal({ expiry }: Grant): void {
    const until = expiry ? `, now valid until ${expiry.at.toISOString()}` : "";
    this.log.debug(`credentials renewed: ${this.granter.title}${until}`);
  }
}

/** Says which credential ended, when, and that it cannot be renewed here. */
function ended(
  { title, advice }: Granter,
  { expiry, credentials }: Grant,
  now: number,
  { refusal = "", why }: { refusal?: string; why?: string },
): CredentialsError {
  const said = refusal === "" ? "" : ` (${refusal})`;
  let state = "is not accepted";
  if (expiry) {
    const at = expiry.at.toISOString();
    state = expiry.end <= now ? `ended at ${at}` : `would be valid until ${at}, but is no longer accepted`;
  }
  // It has no end: it is wrong, or was taken away.
  if (credentials.kind === "key" && credentials.securityToken === undefined && why === undefined) {
    return new CredentialsError("refused", `${title} ${state}${said}`, {
      next: [
        "Most often the secret key does not belong to the access key, the key was deleted, or the clock of this machine is wrong",
        "Correct it and run again",
        ...(advice === undefined ? [] : [advice]),
      ].join(". "),
    });
  }
  const renewal = why === undefined ? "It cannot be renewed from here" : `It could not be renewed: ${why}`;
  return new CredentialsError("expired", `${title} ${state}${said}. ${renewal}`, {
    next: [
      ...signatureAdvice(refusal),
      "Replace it, or use credentials that are renewed automatically: user and password, an identity token file, an agency",
      ...(advice === undefined ? [] : [advice]),
    ].join(". "),
  });
}

/** A signature that does not fit has one usual cause, and the service's words do not name it. */
function signatureAdvice(refusal: string): string[] {
  return /signature/i.test(refusal)
    ? [
        "The service does not accept the signature: the secret key does not belong to the access key, or the key was deleted",
      ]
    : [];
}
