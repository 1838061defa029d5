/**
 * How many requests a second an account may take, which nobody says: learnt
 * from what the gateway accepts and refuses. Pure; `limiter.ts` has the clock.
 *
 * Other runners may share the account, and know nothing of this one. Each of
 * them halves its rate at a refusal, is back within two seconds at a level below
 * the rate that was refused, and grows from there: slowly, and the faster the
 * longer nothing is refused. A fast runner is refused more often and gives up
 * more each time, so all come to the same rate. The figures are those with which
 * eight runners on one account have few refusals and finish together; the
 * simulation in `limiter.test.ts` shows it.
 */

/** Requests a second at most, unless a setting says otherwise. */
export const REQUESTS_PER_SECOND = 20;

/** Requests a second before anything is known, and what part of the most that is where more is allowed. */
const START = { rate: 6, share: 0.3 };
/** From so many accepted requests on, each further one raises the rate at the start, by at least 1. */
const PROVED = { requests: 10, raise: 0.05 };
/** The same while a refusal would hold up the run: 200 adds stay within a limit of 10 a second. */
const CAREFUL_RAISE = 0.03;
/** A refusal among so many first requests says that others are at work. */
const FIRST_REQUESTS = 20;
/** Requests a second after that. */
const AMONG_OTHERS = 0.85;
/** A refusal at this rate leaves a level of half of it; at a lower rate, more. */
const HALVED_AT = 15;
/** The lowest level. */
const LOWEST = 0.2;
/** From half of the refused rate back to the level, in seconds. */
const RECOVERY_S = 2;
/** Growth at one request a second, in requests a second each second, and when it is twice as fast. */
const GROWTH = { perSecond: 0.002, twiceAfterS: 25 };
/** Time counts as growth only while requests are sent: at most so many intervals between two. */
const COUNTED_INTERVALS = 3;
/** The pause after a refusal that names none, in ms; doubled while nothing is accepted. */
const PAUSE = { first: 700, most: 30_000 };
/** After a pause that the service has named, runners come back spread over this time, in ms. */
const SPREAD_MS = 500;

/** What is known of the rate. */
export interface Rate {
  /** Requests a second at most, by setting. */
  readonly most: number;
  /** Requests that were accepted since the start, or that left after the last refusal. */
  readonly accepted: number;
  /** By how much they have raised the rate. */
  readonly raised: number;
  /** Undefined until the first refusal. */
  readonly refused?: Refused;
}

interface Refused {
  /** Requests a second right after the refusal, and two seconds later. */
  readonly low: number;
  readonly level: number;
  /** For how long it has grown since, in seconds. */
  readonly grown: number;
  /** How fast this runner grows: about 1, so that runners that began together part. */
  readonly pace: number;
  /** Further refusals since anything was accepted. */
  readonly more: number;
}

/** Before the first request. */
export function unknownRate(most: number): Rate {
  return { most, accepted: 0, raised: 0 };
}

/** Requests a second. */
export function perSecond({ most, raised, refused }: Rate): number {
  if (refused === undefined) return Math.min(most, Math.max(START.rate, START.share * most) + raised);
  const { low, level, pace } = refused;
  const grown = refused.grown * pace;
  const speed = GROWTH.perSecond * level ** 1.5 * (1 + (grown / GROWTH.twiceAfterS) ** 2);
  const full = level + speed * grown;
  return Math.min(most, grown < RECOVERY_S ? low + ((full - low) * grown) / RECOVERY_S : full);
}

/** How many requests may go at once after a time without any. */
export function burst({ most, refused }: Rate): number {
  return refused === undefined ? Math.max(1, Math.min(2, most), 0.1 * most) : 1;
}

/** The gateway has taken a request that left after the last refusal, whatever the service made of it. `isCareful`: a refusal now would hold up the run. */
export function afterAccepted(rate: Rate, isCareful = false): Rate {
  const accepted = rate.accepted + 1;
  const raise = isCareful ? CAREFUL_RAISE : Math.max(1, PROVED.raise * rate.most);
  const raised = rate.raised + (accepted > PROVED.requests ? raise : 0);
  return { ...rate, accepted, raised, ...(rate.refused && { refused: { ...rate.refused, more: 0 } }) };
}

/** So many seconds have passed since the last request. */
export function afterSeconds(rate: Rate, seconds: number): Rate {
  if (rate.refused === undefined) return rate;
  const counted = Math.min(seconds, COUNTED_INTERVALS / perSecond(rate));
  return { ...rate, refused: { ...rate.refused, grown: rate.refused.grown + counted } };
}

/**
 * The gateway has refused a request as one too many. Also says when the next
 * one may leave: not before the service has said (`retryAfterMs`).
 */
export function afterRefused(
  rate: Rate,
  retryAfterMs = 0,
  random: () => number = Math.random,
): { rate: Rate; pauseMs: number } {
  const before = rate.refused;
  const isSame = before !== undefined && rate.accepted === 0;
  const more = isSame ? before.more + 1 : 0;
  const pace = 0.9 + 0.2 * random();
  // Nothing has got through since: the gateway is closed, which says nothing new of the rate.
  const { low, level } = isSame ? before : levelsBelow(rate);
  const pause = Math.min(PAUSE.most, PAUSE.first * 2 ** Math.min(more, 30)) * (0.7 + 0.6 * random());
  const asked = retryAfterMs > 0 ? retryAfterMs + SPREAD_MS * random() : 0;
  return {
    rate: { most: rate.most, accepted: 0, raised: 0, refused: { low, level, grown: 0, pace, more } },
    pauseMs: Math.max(pause, asked),
  };
}

function levelsBelow(rate: Rate): { low: number; level: number } {
  const refused = perSecond(rate);
  if (rate.refused === undefined && rate.accepted < FIRST_REQUESTS) {
    const level = Math.min(refused / 2, AMONG_OTHERS);
    return { low: level, level };
  }
  const lowest = Math.min(LOWEST, rate.most);
  const level = Math.max(lowest, refused / (1 + refused / HALVED_AT));
  return { low: Math.max(lowest, Math.min(level, refused / 2)), level };
}
