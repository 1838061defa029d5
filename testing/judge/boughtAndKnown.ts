import type { Evidence } from "./evidence";
import { hidesInOurJob } from "./indistinguishable";
import { newDisks, sameKind } from "./meaning";
import type { Verdict } from "./promises";
import type { OperationRecord, RequestRecord, TextRecord } from "./record";
import type { Life } from "./truth";
import { saysMayAppear } from "./words";

const promise = "buys-once";

/** A disk that one of our requests made. */
interface Bought {
  readonly life: Life;
  readonly request: RequestRecord;
  /** Made by the copy that a repeating gateway sent. */
  readonly isCopy: boolean;
}

/**
 * Convicts disks that were bought twice for one request, and disks that were
 * bought and that nobody knows of in the end.
 *
 * A disk is known if it was ever in state (whoever drops it from there answers
 * to another promise), if an error or warning of the run that bought it names
 * it, or if the operation it was bought for says that a disk may still appear
 * on that desktop, and no answer had shown this one to the process by then.
 *
 * Acquitted, because nobody can know them: disks of an operation whose process
 * or engine was killed before it could say anything; disks that are gone again;
 * those in whose place a disk was taken that nothing tells from them.
 * What the copy of a repeating gateway makes is not bought twice by us, but it
 * must be known like the rest.
 */
export function boughtAndKnown(evidence: Evidence): Verdict[] {
  const bought = evidence.truth.all().flatMap((life) => boughtBy(evidence, life));
  return [...boughtTwice(evidence, bought), ...bought.flatMap((one) => leftUnknown(evidence, one))];
}

function boughtBy(evidence: Evidence, life: Life): Bought[] {
  const by = life.added?.by;
  if (by?.who !== "request") return [];
  const request = evidence.request(by.label);
  return request === undefined ? [] : [{ life, request, isCopy: by.copy > 0 }];
}

/** For each process, desktop and kind of disk: more bought than asked for. */
function boughtTwice(evidence: Evidence, bought: readonly Bought[]): Verdict[] {
  return bought.flatMap((one, index): Verdict[] => {
    if (one.isCopy) return [];
    const { life, request } = one;
    const before = bought
      .slice(0, index)
      .filter(
        (other) => !other.isCopy && other.request.process === request.process && isAlike(other.life, life),
      )
      // One that somebody else has deleted meanwhile may rightly be taken for never made.
      .filter((other) => other.life.removedAt > request.at);
    const asked = askersOf(evidence, one).flatMap((operation) =>
      newDisks(operation).filter((disk) => sameKind(disk, life)),
    );
    if (before.length < asked.length) return [];
    const others = before.map((other) => other.life.volumeId).join(", ");
    const what = `${asked.length} of ${life.type} with ${life.size} GB on ${life.desktop} asked for`;
    return [
      {
        promise,
        at: life.addedAt,
        disk: life.volumeId,
        evidence: `bought twice by ${request.label}: ${what}, and ${others === "" ? "none was open" : others} bought before`,
      },
    ];
  });
}

function isAlike(one: Life, other: Life): boolean {
  return one.desktop === other.desktop && sameKind(one, other);
}

/** The operations that the request may have bought the disk for. */
function askersOf(evidence: Evidence, { life, request }: Bought): readonly OperationRecord[] {
  return evidence
    .operationsOf(request.process)
    .filter(({ desktop, startedAt }) => desktop === life.desktop && startedAt <= request.at)
    .filter((operation) => newDisks(operation).some((disk) => sameKind(disk, life)));
}

function leftUnknown(evidence: Evidence, one: Bought): Verdict[] {
  const { life, request } = one;
  const { volumeId } = life;
  const { record } = evidence;
  if (life.removedAt !== Infinity) return [];
  if (record.states.some(({ held }) => held.some((holding) => holding.volumeId === volumeId))) return [];
  const askers = askersOf(evidence, one).filter(({ endedAt = Infinity }) => endedAt >= request.at);
  if (askers.some(({ heard }) => heard !== true)) return [];
  if (isMistaken(evidence, one)) return [];
  const said = record.texts.filter(
    ({ process, severity, at }) =>
      process === request.process && at >= request.at && (severity === "error" || severity === "warning"),
  );
  if (said.some(({ text }) => text.includes(volumeId))) return [];
  if (said.some((text) => announces(evidence, one, askers, text))) return [];
  return [
    {
      promise,
      at: life.addedAt,
      disk: volumeId,
      evidence: `bought by ${request.label}${one.isCopy ? " (copy of a gateway)" : ""}, in no state, and no error or warning names it`,
    },
  ];
}

/** Whether the stack holds another disk in its place, which appeared while its job ran and looks like it. */
function isMistaken(evidence: Evidence, { life, request }: Bought): boolean {
  const stack = evidence.stackOf(request.process);
  return evidence.record.states
    .filter((state) => state.stack === stack)
    .some(({ held }) =>
      held.some(({ volumeId }) => {
        const other = evidence.truth.life(volumeId);
        if (other === undefined || !isAlike(other, life)) return false;
        return hidesInOurJob(evidence, other);
      }),
    );
}

/** Whether the text says of this very operation that a disk may still appear, and could not know better. */
function announces(
  { record }: Evidence,
  { life, request }: Bought,
  askers: readonly OperationRecord[],
  { at, text, operation, severity }: TextRecord,
): boolean {
  const isOfAsker = askers.some(({ id }) => id === operation) || severity === "warning";
  if (!isOfAsker || !saysMayAppear(text, life.desktop)) return false;
  return !record.requests.some(
    ({ process, at: left, answeredAt = Infinity, shows = [] }) =>
      process === request.process && left >= request.at && answeredAt < at && shows.includes(life.volumeId),
  );
}
