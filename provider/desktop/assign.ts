import type { Volume, VolumeSpec } from "./service";

/** Who gets which of the new volumes. */
export interface Assignment<A> {
  given: [A, Volume][];
  /** For these there is no volume, or not yet. */
  unmet: A[];
  /** More volumes than were asked for: whose is whose cannot be told, so nobody gets any. */
  ambiguous: { askers: A[]; volumes: Volume[] }[];
}

/** Whether a volume is what was asked for, as far as the service tells: what it leaves out speaks neither way. */
export function fits(spec: VolumeSpec, volume: Volume): boolean {
  const same = (wanted: unknown, told: unknown) =>
    wanted === undefined || told === undefined || wanted === told;
  return (
    volume.type === spec.type &&
    volume.size === spec.size &&
    same(spec.iops, volume.iops) &&
    same(spec.throughput, volume.throughput) &&
    same(spec.kmsId, volume.kmsId)
  );
}

const specKey = ({ type, size, iops, throughput, kmsId }: VolumeSpec) =>
  JSON.stringify([type, size, iops ?? null, throughput ?? null, kmsId ?? null]);

/**
 * Whether the disks of two adds can be told apart, or need not be. Type and
 * size always show; iops, throughput and key may be left out by the service.
 */
export function tellApart(one: VolumeSpec, other: VolumeSpec): boolean {
  return one.type !== other.type || one.size !== other.size || specKey(one) === specKey(other);
}

/**
 * Gives new volumes to those who asked for one like it. Those who asked for
 * the same may get any of them: they are new and alike. Where more have
 * appeared than were asked for, or one could be what two different ones asked
 * for, nothing is guessed.
 */
export function assign<A>(
  askers: readonly { asker: A; spec: VolumeSpec }[],
  volumes: readonly Volume[],
): Assignment<A> {
  const groups = new Map<string, { spec: VolumeSpec; askers: A[] }>();
  for (const { asker, spec } of askers) {
    const group = groups.get(specKey(spec)) ?? { spec, askers: [] };
    group.askers.push(asker);
    groups.set(specKey(spec), group);
  }
  const result: Assignment<A> = { given: [], unmet: [], ambiguous: [] };
  for (const { spec, askers: alike } of groups.values()) {
    const fitting = volumes.filter((volume) => fits(spec, volume));
    const shared = fitting.some((volume) =>
      [...groups.values()].some((other) => other.spec !== spec && fits(other.spec, volume)),
    );
    if (fitting.length > alike.length || shared) {
      result.ambiguous.push({ askers: alike, volumes: fitting });
      continue;
    }
    alike.forEach((asker, index) => {
      const volume = fitting[index];
      if (volume === undefined) result.unmet.push(asker);
      else result.given.push([asker, volume]);
    });
  }
  return result;
}
