import { maxDataVolumes, type Desktop, type VolumeSpec } from "./desktops";
import type { Origin } from "./history";
import type { Job, JobFate, Step, Work } from "./jobs";
import { denied, refuseWhileBusy } from "./busy";
import { volumeOf, type PlacedVolume, type Project } from "./project";
import { codes, disksBeingAdded, invalidParameter, Refusal } from "./refusals";

export interface NewVolume {
  type: string;
  size: number;
  iops?: number;
  throughput?: number;
  kms_id?: string;
}

export interface NewVolumesOfDesktop {
  desktop_id: string;
  volumes: NewVolume[];
}

export interface Expansion {
  desktop_id: string;
  volume_id: string;
  new_size: number;
}

export interface Qos {
  iops: number;
  throughput: number;
}

/** Who asks for a change, and how its job will go. */
export interface Start {
  readonly by: Origin;
  /** Asked for once the change has been accepted, so that a refused one uses up no fault. */
  readonly fateOf: () => JobFate;
}

/** In the dialect five-minutes, so long after an add the next one is refused, in ms. */
const addsApartMs = 5 * 60_000;

/** The type whose disks have IOPS and throughput of their own. */
const tunableType = "GPSSD2";

/** Adds disks to desktops, in one job with a sub-job a desktop. */
export function addVolumes(
  project: Project,
  items: readonly NewVolumesOfDesktop[],
  { by, fateOf }: Start,
  enterpriseProjectId?: string,
): Job {
  const bought = enterpriseProjectId === undefined ? {} : { enterprise_project_id: enterpriseProjectId };
  refuseTwice(items.map((item) => item.desktop_id));
  const placed = items.map((item) => ({ ...item, desktop: project.desktop(item.desktop_id) }));
  for (const { desktop } of placed) refuseAdding(project, desktop);
  const works = placed.map(({ desktop, volumes }): Work => {
    volumes.forEach(checkTuning);
    const total = desktop.data_volumes.length + volumes.length;
    if (total > maxDataVolumes) {
      throw new Refusal(
        400,
        codes.tooManyVolumes,
        `The desktop ${desktop.desktop_id} would have ${total} data disks; it can have ${maxDataVolumes}.`,
      );
    }
    return {
      desktop,
      steps: volumes.map((volume) => ({ what: "attach", spec: { ...asBought(volume), ...bought } })),
    };
  });
  for (const { desktop } of placed) desktop.lastAddAt = project.now();
  return project.jobs.start("ADD_VOLUME", works, by, fateOf());
}

/** Other types have no IOPS and throughput of their own. */
export function asBought(volume: NewVolume): VolumeSpec {
  const { iops, throughput, ...plain } = volume;
  return volume.type === tunableType ? volume : plain;
}

/** What some dialects refuse, besides a desktop that is busy. */
function refuseAdding(project: Project, desktop: Desktop): void {
  if (project.dialects.has("running-only") && desktop.status !== "ACTIVE")
    throw denied(desktop, desktop.status, "addVolumes");
  refuseWhileBusy(project, desktop, "addVolumes");
  if (!project.dialects.has("five-minutes") || desktop.lastAddAt === undefined) return;
  if (project.now() < desktop.lastAddAt + addsApartMs) throw disksBeingAdded();
}

/** Deletes data disks of one desktop. */
export function deleteVolumes(
  project: Project,
  desktopId: string,
  volumeIds: readonly string[],
  { by, fateOf }: Start,
): Job {
  const desktop = project.desktop(desktopId);
  refuseWhileBusy(project, desktop, "deleteVolumes");
  refuseTwice(volumeIds);
  const steps = volumeIds.map((volumeId): Step => {
    if (volumeOf(desktop, volumeId).isRoot) {
      throw new Refusal(
        400,
        codes.rootVolume,
        `The volume ${volumeId} is a root volume: it cannot be deleted.`,
      );
    }
    return { what: "detach", volumeId };
  });
  return project.jobs.start("DELETE_VOLUME", [{ desktop, steps }], by, fateOf());
}

/** Expands disks, in one job with a sub-job a desktop. */
export function expandVolumes(project: Project, items: readonly Expansion[], { by, fateOf }: Start): Job {
  refuseTwice(items.map((item) => item.volume_id));
  const placed = items.map((item) => {
    const desktop = project.desktop(item.desktop_id);
    refuseWhileBusy(project, desktop, "expandVolumes");
    return { ...volumeOf(desktop, item.volume_id), newSize: item.new_size };
  });
  for (const { volume, newSize } of placed) {
    if (newSize > volume.size) continue;
    throw new Refusal(
      400,
      codes.shrinking,
      `The volume ${volume.volume_id} has ${volume.size} GB: the new size must be larger than that, not ${newSize} GB.`,
    );
  }
  const works = byDesktop(placed, ({ volume, newSize }) => ({
    what: "expand",
    volumeId: volume.volume_id,
    size: newSize,
  }));
  return project.jobs.start("EXPAND_VOLUME", works, by, fateOf());
}

/** Changes IOPS and throughput of disks, in one job with a sub-job a desktop. */
export function modifyQos(
  project: Project,
  volumeIds: readonly string[],
  qos: Qos,
  { by, fateOf }: Start,
): Job {
  refuseTwice(volumeIds);
  if (qos.iops < 1 || qos.throughput < 1) throw invalidParameter("iops and throughput must be at least 1.");
  const placed = volumeIds.map((volumeId) => project.volume(volumeId));
  for (const { desktop } of placed) refuseWhileBusy(project, desktop, "batchModifyQosVolumes");
  for (const { volume } of placed) {
    if (volume.type === tunableType) continue;
    throw new Refusal(
      400,
      codes.wrongType,
      `The volume ${volume.volume_id} has the type ${volume.type}: only ${tunableType} takes iops and throughput.`,
    );
  }
  const works = byDesktop(placed, ({ volume }) => ({ what: "tune", volumeId: volume.volume_id, qos }));
  return project.jobs.start("MODIFY_VOLUME_QOS", works, by, fateOf());
}

function byDesktop<T extends PlacedVolume>(placed: readonly T[], step: (item: T) => Step): Work[] {
  const steps = new Map<Desktop, Step[]>();
  for (const item of placed) {
    const known = steps.get(item.desktop);
    if (known) known.push(step(item));
    else steps.set(item.desktop, [step(item)]);
  }
  return [...steps].map(([desktop, stepsOfDesktop]) => ({ desktop, steps: stepsOfDesktop }));
}

/** Refuses IOPS and throughput where they do not belong, or are missing. */
export function checkTuning({ type, iops, throughput }: NewVolume): void {
  if (type === tunableType) {
    // The documents' lower bound, 0, is what a client sends that sets neither.
    if ((iops ?? 0) > 0 && (throughput ?? 0) > 0) return;
    throw invalidParameter(`A disk of the type ${tunableType} needs iops and throughput.`);
  }
  if ((iops ?? 0) === 0 && (throughput ?? 0) === 0) return;
  throw invalidParameter(
    `Only a disk of the type ${tunableType} takes iops and throughput, not one of the type ${type}.`,
  );
}

/** Refuses a list that names something twice. */
export function refuseTwice(ids: readonly string[]): void {
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw invalidParameter(`${twice} is given more than once.`);
}
