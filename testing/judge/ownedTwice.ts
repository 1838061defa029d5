import type { Evidence } from "./evidence";
import { hidesInOurJob, standsForLostAdd } from "./indistinguishable";
import type { Verdict } from "./promises";
import type { Holding, StateRecord } from "./record";
import type { Life } from "./truth";

const promise = "one-owner";

/** A place in the state of a stack. */
type Owner = Holding & { readonly stack: string };

/**
 * Convicts a state that holds a disk which another place holds too, in the same
 * stack or another one, or a disk that somebody else has made.
 *
 * Acquitted: two places of which all but one hold the disk because the program
 * named it (`existingVolumeId`): between the two runs of handing over, both
 * states rightly hold it. And two kinds of foreign disk that nothing in any
 * answer tells from ours: one that appears outside of any job while our own add
 * on that desktop runs, which makes fewer than it says; and one of a job that
 * began when the answer to an add of ours was lost, which was never carried
 * out, if that job made as many.
 */
export function ownedTwice(evidence: Evidence): Verdict[] {
  const verdicts = new Map<string, Verdict>();
  const latest = new Map<string, StateRecord>();
  for (const state of evidence.record.states) {
    latest.set(state.stack, state);
    for (const verdict of [...heldTwice(evidence, latest, state), ...heldOfOthers(evidence, state)])
      if (!verdicts.has(verdict.evidence)) verdicts.set(verdict.evidence, verdict);
  }
  return [...verdicts.values()];
}

function heldTwice(
  evidence: Evidence,
  latest: ReadonlyMap<string, StateRecord>,
  { at }: StateRecord,
): Verdict[] {
  const owners = new Map<string, Owner[]>();
  for (const { stack, held } of latest.values()) {
    for (const holding of held) {
      const known = owners.get(holding.volumeId) ?? [];
      owners.set(holding.volumeId, [...known, { ...holding, stack }]);
    }
  }
  return [...owners].flatMap(([volumeId, all]): Verdict[] => {
    const unnamed = all.filter((owner) => !adopts(evidence, owner) && !looksLikeOurs(evidence, owner));
    if (all.length < 2 || unnamed.length < 2) return [];
    const names = all.map(({ stack, resource, name }) => `${stack}/${resource}.${name}`).sort();
    return [{ promise, at, disk: volumeId, evidence: `${names.join(" and ")} hold it` }];
  });
}

/** Whether the program has named the disk at this very place. */
function adopts({ record }: Evidence, { stack, resource, name, volumeId }: Owner): boolean {
  return record.operations.some(
    (operation) =>
      operation.stack === stack &&
      operation.resource === resource &&
      operation.news.some((disk) => disk.name === name && disk.existingVolumeId === volumeId),
  );
}

function heldOfOthers(evidence: Evidence, { at, stack, held }: StateRecord): Verdict[] {
  return held.flatMap(({ resource, name, volumeId }): Verdict[] => {
    const life = evidence.truth.life(volumeId);
    if (life === undefined || evidence.isAdopted(stack, volumeId)) return [];
    const maker = makerOf(evidence, life);
    if (maker === stack || hidesInOurJob(evidence, life) || standsForLostAdd(evidence, stack, life))
      return [];
    return [
      {
        promise,
        at,
        disk: volumeId,
        evidence: `${stack}/${resource}.${name} holds it, and ${maker} made it`,
      },
    ];
  });
}

/** The stack whose request made the disk, or who else did. */
function makerOf(evidence: Evidence, { added }: Life): string {
  if (added === undefined) return "somebody before this history";
  if (added.by.who !== "request") return `the ${added.by.who}`;
  const request = evidence.request(added.by.label);
  return request === undefined ? "nobody of ours" : evidence.stackOf(request.process);
}

/** Whether the disk is foreign to the stack, and nothing that anybody can see says so. */
function looksLikeOurs(evidence: Evidence, { stack, volumeId }: Pick<Owner, "stack" | "volumeId">): boolean {
  const life = evidence.truth.life(volumeId);
  if (life === undefined || makerOf(evidence, life) === stack) return false;
  return hidesInOurJob(evidence, life) || standsForLostAdd(evidence, stack, life);
}
