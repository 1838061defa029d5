import type { Volume, VolumeSpec } from "../api/volumes";
import type { Times } from "../api/response";

/** When a job ran, in all readings; an empty `end`: it still runs, or nobody knows when it ended. */
export interface JobWindow {
  begin: Times;
  end: Times;
}

/**
 * How the time at which a volume was created fits a job.
 * - `inside`: well after the job began. An earlier job cannot have made it.
 * - `edge`: in the first seconds of the job, where times are too coarse to tell it from the end of an earlier one.
 * - `near`: a few seconds outside, as clocks may differ.
 * - `outside`: another job made it.
 * - `unknown`: one of the times is not known.
 */
export type Fit = "inside" | "edge" | "near" | "outside" | "unknown";

/** Job times are whole seconds: within this much of the begin, the order of two events cannot be told. In ms. */
const EDGE_MS = 1_000;
/** Job times are rounded down to this, in ms; volume times need not be. */
const ROUNDING_MS = 1_000;
/** How far the clocks of jobs and of volumes may differ, in ms. */
const SKEW_MS = 3_000;

const FITS: readonly Fit[] = ["inside", "edge", "near", "outside"];

/** The best fit of all readings: a time without a zone may be UTC or +08:00, one of which must fit. Pure. */
export function fitOf(createdAt: Times, { begin, end }: JobWindow): Fit {
  if (createdAt.length === 0 || begin.length === 0) return "unknown";
  const fits = begin.flatMap((from, index) => {
    const to = (end[index] ?? end[0] ?? Infinity) + ROUNDING_MS - 1;
    return createdAt.map((at): Fit => {
      if (at < from - SKEW_MS || at > to + SKEW_MS) return "outside";
      if (at < from || at > to) return "near";
      return at < from + EDGE_MS ? "edge" : "inside";
    });
  });
  return FITS.find((fit) => fits.includes(fit)) ?? "outside";
}

/** Whether the volume was created while the job ran. */
export function ranAt({ createdAt }: Volume, job: JobWindow): boolean {
  return ["inside", "edge"].includes(fitOf(createdAt, job));
}

/** Whether a volume is what was asked for, as far as the service shows it: a field that is absent is unknown. */
export function isLike(spec: Partial<VolumeSpec>, volume: Volume): boolean {
  const same = (wanted: string | number | undefined, shown: string | number | undefined) =>
    wanted === undefined || shown === undefined || plain(wanted) === plain(shown);
  return (
    same(spec.type, volume.type) &&
    same(spec.size, volume.size) &&
    same(spec.iops, volume.iops) &&
    same(spec.throughput, volume.throughput) &&
    same(spec.kmsId, volume.kmsId)
  );
}

/** Whether a volume may have been made as what was asked for, and grown since. */
export function mayHaveBeen(spec: VolumeSpec, volume: Volume): boolean {
  const { type, size = spec.size } = volume;
  return (type === undefined || plain(type) === plain(spec.type)) && size >= spec.size;
}

/** A word of the service may come in another spelling than it was sent: that is no other kind of disk. */
function plain(value: string | number): string | number {
  return typeof value === "string" ? value.trim().toLowerCase() : value;
}

const specKey = ({ type, size, iops, throughput, kmsId }: VolumeSpec) =>
  JSON.stringify([type, size, iops ?? null, throughput ?? null, kmsId ?? null]);

/**
 * Whether the disks of two adds can be told apart afterwards, or need not be.
 * Type and size always show; iops, throughput and key may be left out.
 */
export function canTellApart(one: VolumeSpec, other: VolumeSpec): boolean {
  return one.type !== other.type || one.size !== other.size || specKey(one) === specKey(other);
}

/** What is known about one request that added disks, besides what the desktop shows. */
export interface AddEvidence {
  /** All disks of the request, also those of requests that have timed out. */
  specs: readonly VolumeSpec[];
  /** Ids of the disks that were there before the request. */
  before: ReadonlySet<string>;
  /** Whether those are all. Else a disk may be old unless its time says that it is not. */
  isBeforeKnown: boolean;
  /** Whether a resource of this run holds the disk. */
  isOwned: (volumeId: string) => boolean;
  job: JobWindow;
  /** `all`: the job succeeded with all its parts. `some`: it or a part failed. `unknown`: its end is not known. */
  made: "all" | "some" | "unknown";
  /** The longest lag of reads has passed since the job ended: everything that it made shows. */
  settled: boolean;
  /** The first read after the job and the other kind of read show the same new disks: reads do not lag. */
  confirmed: boolean;
  /** Add jobs of others that are, or may be, on this desktop; undefined: it is not known whether there are any. */
  others: readonly JobWindow[] | undefined;
  /** They have not been asked for since everything shows. */
  mayList: boolean;
  /** Disks that an earlier read after the job showed, and that are gone again. */
  vanished: readonly Volume[];
}

/** What would decide the match. `holders`: to hear of the resources that got the other disks of the request. */
export type Lacking = "second read" | "job list" | "time" | "holders";

/** For each disk of the request (by its index in `specs`) what is proved. */
export interface Match {
  proved: ReadonlyMap<number, Volume>;
  /** Disks of the request that do not show, or not yet. */
  missing: readonly number[];
  /** These show, but it is not proved yet that they are ours. */
  unproved: readonly number[];
  /** More disks show than were asked for, or others may have made them: nobody gets one. */
  ambiguous: readonly number[];
  /** Every disk that may be meant, for messages. */
  candidates: readonly Volume[];
  lacks: ReadonlySet<Lacking>;
}

/**
 * Which of the new volumes belong to which disk of the request: E1 (exactly as
 * many as the job made) together with one of
 * - E2 time: created inside our job. Jobs on one desktop do not overlap, so no earlier job made it.
 * - E3 exclusive: at the edge of our job or without times, but both kinds of read agree, and the list of jobs,
 *   which no longer lacks one that ended before ours began, has no other add.
 * - E4 settled: the job made all of them, all of them must show by now, and no more do. Somebody may have removed ours
 *   since: one that is near our job only is not taken before a job list was asked for.
 * Nothing is guessed: what is not proved is not given to anybody. Pure.
 */
export function matchVolumes(now: readonly Volume[], evidence: AddEvidence): Match {
  const { specs, before, isOwned, job } = evidence;
  // A desktop that shows one disk twice has it once.
  const newOf = (volumes: readonly Volume[]) =>
    [...new Map(volumes.map((volume) => [volume.volumeId, volume])).values()]
      .filter(({ volumeId }) => !before.has(volumeId))
      .map((volume) => ({ volume, fit: fitOf(volume.createdAt, job) }))
      .filter(({ fit }) => fit !== "outside");
  const fresh = newOf(now);
  // Somebody may have grown or deleted some of ours: where there is one too many, none of others is taken in their place.
  const hidden = hiddenOnes(fresh, newOf(evidence.vanished), evidence);
  if (!evidence.isBeforeKnown && fresh.some((one) => mayBeOld(one))) {
    const all = specs.map((_, slot) => slot);
    const none = { proved: new Map<number, Volume>(), missing: [], lacks: new Set<Lacking>(["time"]) };
    const open = evidence.settled ? { unproved: [], ambiguous: all } : { unproved: all, ambiguous: [] };
    return { ...none, ...open, candidates: fresh.map(({ volume }) => volume) };
  }
  const groups = new Map<string, { spec: VolumeSpec; slots: number[] }>();
  specs.forEach((spec, slot) => {
    const group = groups.get(specKey(spec)) ?? { spec, slots: [] };
    group.slots.push(slot);
    groups.set(specKey(spec), group);
  });

  const proved = new Map<number, Volume>();
  const [missing, unproved, ambiguous]: [number[], number[], number[]] = [[], [], []];
  const candidates = new Set<Volume>();
  const lacks = new Set<Lacking>();
  for (const { spec, slots } of groups.values()) {
    const alike = fresh.filter(({ volume }) => isLike(spec, volume));
    const owned = alike.filter(({ volume, fit }) => isOwned(volume.volumeId) && fit !== "near").length;
    const free = alike.filter(({ volume }) => !isOwned(volume.volumeId));
    // Of a request that is partly known, the disks that are known no longer count.
    const wanted = slots.slice(0, Math.max(0, slots.length - owned));
    const shared = free.some(({ volume }) =>
      [...groups.values()].some((other) => other.spec !== spec && isLike(other.spec, volume)),
    );
    const mayBe = hidden.filter(({ volume }) => mayHaveBeen(spec, volume));
    const verdict = shared ? { is: "ambiguous" as const } : matchAlike(free, mayBe, wanted.length, evidence);
    if (verdict.is !== "none") for (const { volume } of free) candidates.add(volume);
    if (verdict.is === "ambiguous") ambiguous.push(...wanted);
    else if (verdict.is === "unproved") {
      unproved.push(...wanted);
      for (const lack of verdict.lacks) lacks.add(lack);
    } else {
      wanted.forEach((slot, index) => {
        const volume = verdict.is === "proved" ? verdict.volumes[index] : undefined;
        if (volume === undefined) missing.push(slot);
        else proved.set(slot, volume);
      });
    }
  }
  // Nobody but our job can have made these: somebody has grown them since.
  const grown = fresh.flatMap(({ volume, fit }) => {
    const isOurs = fit === "inside" && knowsEnd(evidence) && !isOwned(volume.volumeId);
    return isOurs && !specs.some((spec) => isLike(spec, volume)) ? [volume] : [];
  });
  for (const slot of [...missing]) {
    const at = grown.findIndex((volume) => mayHaveBeen(specs[slot] ?? NOTHING, volume));
    const volume = at < 0 ? undefined : grown.splice(at, 1)[0];
    if (volume === undefined || !evidence.settled) continue;
    proved.set(slot, volume);
    candidates.add(volume);
    missing.splice(missing.indexOf(slot), 1);
  }
  // One that no slot is left for: something else was taken for ours.
  for (const volume of grown) {
    const doubtful = [...proved.keys()].filter((slot) => mayHaveBeen(specs[slot] ?? NOTHING, volume));
    for (const slot of doubtful) proved.delete(slot);
    ambiguous.push(...doubtful);
    if (doubtful.length > 0) candidates.add(volume);
  }
  return { proved, missing, unproved, ambiguous, candidates: [...candidates], lacks };
}

/**
 * New disks that do not look like one of the request and may have been one of
 * it, where more show, or have shown, than it made.
 */
function hiddenOnes(
  fresh: readonly Candidate[],
  vanished: readonly Candidate[],
  { specs, isOwned }: AddEvidence,
): Candidate[] {
  const known = fresh.filter(({ volume, fit }) => isOwned(volume.volumeId) && fit !== "near").length;
  const free = [...fresh, ...vanished].filter(
    ({ volume }) => !isOwned(volume.volumeId) && specs.some((spec) => mayHaveBeen(spec, volume)),
  );
  if (free.length <= specs.length - known) return [];
  return free.filter((one) => vanished.includes(one) || !specs.some((spec) => isLike(spec, one.volume)));
}

/** Whether its time does not exclude that it is older than the job. */
function mayBeOld({ volume, fit }: Candidate): boolean {
  return fit === "unknown" || volume.createdAt.length > 1;
}

const NOTHING: VolumeSpec = { type: "", size: Infinity };

/** Where nobody knows when our job ended, a later job of somebody else may have made what is created after it began. */
function knowsEnd({ job, made }: AddEvidence): boolean {
  return job.end.length > 0 && made !== "unknown";
}

interface Candidate {
  volume: Volume;
  fit: Fit;
}

type AlikeVerdict =
  /** Nothing shows yet, or not all. */
  | { is: "none" }
  | { is: "proved"; volumes: readonly Volume[] }
  | { is: "unproved"; lacks: readonly Lacking[] }
  | { is: "ambiguous" };

/** The same for disks of one kind, of which our job was to make `wanted`; `hidden` were of that kind perhaps. */
function matchAlike(
  free: readonly Candidate[],
  hidden: readonly Candidate[],
  wanted: number,
  evidence: AddEvidence,
): AlikeVerdict {
  const { made, settled, confirmed, others, mayList } = evidence;
  if (free.length === 0 || wanted === 0) return { is: "none" };
  const endIsKnown = knowsEnd(evidence);
  const inside = endIsKnown ? free.filter(({ fit }) => fit === "inside") : [];
  if (inside.length === wanted && hidden.length === 0) return proved(inside);

  const pool = [...free, ...hidden];
  const isOurs = (one: Candidate) => !isExplained(one, pool, wanted, evidence);
  const ours = free.filter(isOurs);
  const isExclusive =
    others !== undefined &&
    ours.every(({ volume }) => others.every((window) => fitOf(volume.createdAt, window) === "outside"));
  if (ours.length + hidden.filter(isOurs).length > wanted) {
    if (settled && others !== undefined) return { is: "ambiguous" };
    return { is: "unproved", lacks: ["job list", "time"] };
  }
  const isComplete = ours.length === wanted;
  if (settled) {
    const isDoubtful = mayList && ours.some(({ fit }) => fit === "near");
    if (isComplete && made === "all" && !isDoubtful) return proved(ours);
    if (isExclusive) return proved(ours.filter(({ fit }) => fit !== "near"));
    if (others === undefined) return { is: "unproved", lacks: ["job list"] };
    const certain = inside.filter(isOurs);
    return certain.length > 0 ? proved(certain) : { is: "ambiguous" };
  }
  if (!isComplete) return { is: "none" };
  if (confirmed && isExclusive && ours.every(({ fit }) => fit !== "near")) return proved(ours);
  return { is: "unproved", lacks: ["second read", "job list", "time"] };
}

const proved = (candidates: readonly Candidate[]) =>
  ({ is: "proved", volumes: candidates.map(({ volume }) => volume) }) as const;

/**
 * Whether a job of somebody else made this volume: it was created while that
 * job ran and not while ours did. In the second in which one job ends and the
 * next begins both fit: then as many others must fit ours alone.
 */
function isExplained(
  one: Candidate,
  free: readonly Candidate[],
  wanted: number,
  { job, others = [] }: AddEvidence,
): boolean {
  const isForeign = ({ volume }: Candidate) => others.some((window) => ranAt(volume, window));
  if (!isForeign(one)) return false;
  if (!ranAt(one.volume, job)) return true;
  return free.filter((other) => ranAt(other.volume, job) && !isForeign(other)).length === wanted;
}
