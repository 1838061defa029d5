import type { Clock } from "./clock";
import {
  changeDesktop,
  freePosition,
  makeDesktop,
  makeVolume,
  maxDataVolumes,
  specCode,
  type Desktop,
  type DesktopSpec,
  type StaleView,
  type Volume,
  type VolumeSpec,
} from "./desktops";
import { noteChange } from "./desktop-versions";
import type { Dialects, LaggingRead } from "./dialects";
import type { History, HistoryEvent, Origin } from "./history";
import { Jobs, type Doing, type JobType, type Step } from "./jobs";
import { forgetful, type Entry, type Keeper } from "./keeper";
import { ProjectKeeping, type Leaving } from "./project-keeping";
import { desktopOf, jobOf, type StoredDesktop, type StoredJob, type StoredLeaving } from "./project-records";
import { invalidParameter, unknownDesktop, unknownVolume } from "./refusals";

/** A disk and where it is. */
export interface PlacedVolume {
  readonly desktop: Desktop;
  readonly volume: Volume;
  readonly isRoot: boolean;
}

export interface ProjectOptions {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly domainId: string;
  readonly clock: Clock;
  readonly dialects: Dialects;
  readonly history: History;
  /** How long the next job takes, in ms. */
  readonly jobDuration: () => number;
  /** Finished jobs that are kept. */
  readonly maxJobs: number;
  readonly keeper?: Keeper;
}

/** A project in a region: its desktops, and the jobs on them. */
export class Project {
  readonly jobs: Jobs;
  private readonly byId = new Map<string, Desktop>();
  /** In the order in which they were added: pages are cut from it. */
  private readonly ordered: Desktop[] = [];
  private readonly volumes = new Map<string, Desktop>();
  private readonly leaving = new Map<string, Leaving>();
  /** Desktops that a job deletes: they are looked at before the others are listed. */
  private readonly doomed = new Set<Desktop>();
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly domainId: string;
  readonly dialects: Dialects;
  private readonly clock: Clock;
  private readonly history: History;
  private readonly keeping: ProjectKeeping;

  constructor({
    id,
    name,
    region,
    domainId,
    clock,
    dialects,
    history,
    jobDuration,
    maxJobs,
    keeper = forgetful,
  }: ProjectOptions) {
    this.id = id;
    this.name = name;
    this.region = region;
    this.domainId = domainId;
    this.clock = clock;
    this.dialects = dialects;
    this.history = history;
    this.keeping = new ProjectKeeping(id, dialects, keeper, {
      now: () => clock.now(),
      desktop: (desktopId) => this.byId.get(desktopId),
      leaving: (desktopId) => this.leaving.get(desktopId),
      job: (jobId) => this.jobs.find(jobId),
    });
    this.jobs = new Jobs({
      clock,
      history,
      perform: (desktop, step, doing) => {
        this.perform(desktop, step, doing);
      },
      duration: jobDuration,
      maxKept: maxJobs,
      desktopChanged: (desktop) => {
        this.noteDesktop(desktop);
      },
      jobChanged: (id) => {
        this.keeping.noteJob(id);
      },
      failed: (desktop, type) => {
        this.noteFailure(desktop, type);
      },
    });
  }

  /** Emulator time in ms. */
  now(): number {
    return this.clock.now();
  }

  /** Adds a desktop, or changes the one with this id. */
  putDesktop(spec: DesktopSpec): Desktop {
    const known = this.find(spec.desktop_id);
    this.refuseTakenVolumes(spec);
    if (known) {
      const before = known.data_volumes;
      this.forgetVolumes(known);
      changeDesktop(known, spec, this.clock.now());
      this.indexVolumes(known);
      this.noteAdmins(known, before);
      this.noteDesktop(known);
      return known;
    }
    this.leaving.delete(spec.desktop_id);
    this.keeping.noteLeaving(spec.desktop_id);
    const desktop = makeDesktop(spec, this.id, this.region, this.clock.now());
    this.byId.set(desktop.desktop_id, desktop);
    this.ordered.push(desktop);
    this.indexVolumes(desktop);
    this.noteDesktop(desktop);
    return desktop;
  }

  /** The desktop as it is now, or undefined. */
  find(desktopId: string): Desktop | undefined {
    const desktop = this.byId.get(desktopId);
    if (!desktop) return undefined;
    this.jobs.settle(desktop);
    // What has ended may have been its delete.
    return this.byId.get(desktopId);
  }

  /** The desktop as it is now. One that has been deleted, but is still shown, is unknown to changes. */
  desktop(desktopId: string): Desktop {
    const desktop = this.find(desktopId);
    if (!desktop || desktop.status === "DELETED") throw unknownDesktop(desktopId);
    return desktop;
  }

  /** A desktop as this kind of read shows it: one that is being removed goes on being shown for its lag. */
  readable(desktopId: string, read: LaggingRead): Desktop | undefined {
    const desktop = this.find(desktopId);
    if (desktop) return desktop;
    const leaving = this.leaving.get(desktopId);
    return leaving && this.stillShows(leaving, read) ? leaving.desktop : undefined;
  }

  /** Desktops that have been deleted, but are in this kind of read still. */
  leavingDesktops(read: LaggingRead): Desktop[] {
    return [...this.leaving.values()]
      .filter((leaving) => this.stillShows(leaving, read))
      .map(({ desktop }) => desktop);
  }

  /** A disk by its volume id, wherever it is. */
  volume(volumeId: string): PlacedVolume {
    const owner = this.volumes.get(volumeId);
    if (!owner) throw unknownVolume(volumeId);
    this.jobs.settle(owner);
    if (!this.volumes.has(volumeId)) throw unknownVolume(volumeId);
    return volumeOf(owner, volumeId);
  }

  /** The id of the desktop that has the disk. */
  ownerOf(volumeId: string): string | undefined {
    return this.volumes.get(volumeId)?.desktop_id;
  }

  /** All desktops in their order; settle those that are shown. */
  get desktops(): readonly Desktop[] {
    for (const desktop of this.doomed) this.jobs.settle(desktop);
    return this.ordered;
  }

  /** Every desktop as it is now. */
  settledDesktops(): readonly Desktop[] {
    for (const desktop of [...this.ordered]) this.jobs.settle(desktop);
    return this.ordered;
  }

  /** Takes the desktop away for good. */
  dropDesktop(desktop: Desktop, by: Origin, at = this.clock.now()): void {
    this.noteDeleted(desktop, by, at);
    if (this.dialects.has("lagging-reads")) {
      const shown: Desktop = { ...desktop, status: "", running: undefined };
      this.leaving.set(desktop.desktop_id, { desktop: shown, at });
      this.keeping.noteLeaving(desktop.desktop_id);
    }
    this.forgetVolumes(desktop);
    this.byId.delete(desktop.desktop_id);
    this.ordered.splice(this.ordered.indexOf(desktop), 1);
    this.noteDesktop(desktop);
  }

  /** Shows the desktop as DELETED from now on. */
  markDeleted(desktop: Desktop, by: Origin): void {
    desktop.status = "DELETED";
    this.noteDeleted(desktop, by, this.clock.now());
    this.noteDesktop(desktop);
  }

  /** Does something to a desktop without a job, at once. */
  doAtOnce(desktop: Desktop, steps: readonly Step[], by: Origin): void {
    const at = this.clock.now();
    for (const step of steps) this.perform(desktop, step, { at, by, job: undefined });
    noteChange(desktop, at);
    this.noteDesktop(desktop);
  }

  /** The lagging view that a read of the desktop is to show, if there is one; the read is counted. */
  staleView(desktop: Desktop): StaleView | undefined {
    const { stale } = desktop;
    if (!stale) return undefined;
    if (this.clock.now() < stale.until) return stale;
    this.noteDesktop(desktop);
    if (stale.reads > 0) {
      stale.reads -= 1;
      return stale;
    }
    desktop.stale = undefined;
    return undefined;
  }

  /** Its desktops and jobs as they go to a state file. */
  stored(): Iterable<Entry> {
    return this.keeping.stored(this.ordered, this.leaving, this.jobs.all());
  }

  /** Takes over what a state file has of this project. */
  restore(
    desktops: readonly StoredDesktop[],
    leaving: readonly StoredLeaving[],
    jobs: readonly StoredJob[],
  ): void {
    const running = new Set<string>();
    const now = this.clock.now();
    for (const stored of desktops) {
      const desktop = desktopOf(stored, now);
      this.byId.set(desktop.desktop_id, desktop);
      this.ordered.push(desktop);
      this.indexVolumes(desktop);
      if (stored.running !== undefined) running.add(stored.running);
    }
    for (const { desktop, at } of leaving)
      this.leaving.set(desktop.desktop_id, { desktop: desktopOf(desktop, now), at });
    for (const stored of jobs) {
      const job = jobOf(stored, (id) => this.byId.get(id), this);
      this.jobs.restore(job, ({ id }) => running.has(id));
    }
    for (const desktop of this.ordered) this.watch(desktop);
  }

  clear(): void {
    this.leaving.clear();
    this.doomed.clear();
    this.byId.clear();
    this.ordered.length = 0;
    this.volumes.clear();
    this.jobs.clear();
  }

  /** What has become impossible meanwhile, by something behind the client's back, is not done. */
  private perform(desktop: Desktop, step: Step, doing: Doing): void {
    switch (step.what) {
      case "attach":
        this.attach(desktop, step.spec, doing);
        return;
      case "detach":
        this.detach(desktop, step.volumeId, doing);
        return;
      case "expand":
      case "tune": {
        const volume = ownVolume(desktop, step.volumeId);
        if (!volume) return;
        if (step.what === "expand") volume.size = step.size;
        else Object.assign(volume, { iops: step.qos.iops, throughput: step.qos.throughput });
        this.note(step.what === "expand" ? "volume-expanded" : "volume-tuned", desktop, volume, doing);
        return;
      }
      case "power":
        desktop.status = step.status;
        return;
      case "drop":
        this.dropDesktop(desktop, doing.by, doing.at);
    }
  }

  private attach(desktop: Desktop, spec: VolumeSpec, doing: Doing): void {
    const volume = makeVolume(spec, freePosition(desktop), createdAt(doing));
    if (spec.type !== undefined) volume.resource_spec_code = specCode(spec.type);
    if (desktop.data_volumes.length >= maxDataVolumes || this.volumes.has(volume.volume_id)) return;
    desktop.data_volumes.push(volume);
    this.volumes.set(volume.volume_id, desktop);
    this.note("volume-added", desktop, volume, doing);
  }

  private detach(desktop: Desktop, volumeId: string, doing: Doing): void {
    const index = desktop.data_volumes.findIndex((volume) => volume.volume_id === volumeId);
    const volume = desktop.data_volumes[index];
    if (!volume) return;
    desktop.data_volumes.splice(index, 1);
    this.volumes.delete(volumeId);
    this.note("volume-removed", desktop, volume, doing);
  }

  private stillShows({ desktop, at }: Leaving, read: LaggingRead): boolean {
    return this.clock.now() < at + this.dialects.lagMs(read, desktop.desktop_id, "deleted");
  }

  private noteDesktop(desktop: Desktop): void {
    this.watch(desktop);
    this.keeping.noteDesktop(desktop.desktop_id);
  }

  private watch(desktop: Desktop): void {
    if (desktop.running?.job.type === "DELETE_DESKTOP") this.doomed.add(desktop);
    else this.doomed.delete(desktop);
  }

  private noteFailure(desktop: Desktop, type: JobType): void {
    if (type === "CREATE_DESKTOP") desktop.status = "ERROR";
    if (type === "DELETE_DESKTOP") desktop.task_status = "deleteFailed";
  }

  private note(
    what: HistoryEvent["what"],
    { desktop_id }: Desktop,
    { volume_id, type, size }: Volume,
    { at, by, job }: Doing,
  ): void {
    const ofJob = job && { job_id: job.id, job_type: job.type };
    this.history.add({ at, what, desktop_id, volume_id, type, size, ...ofJob, by });
  }

  /** What an admin's change of a known desktop adds and removes. */
  private noteAdmins(desktop: Desktop, before: readonly Volume[]): void {
    const doing = { at: this.clock.now(), by: { who: "admin" }, job: undefined } as const;
    const missing = (volumes: readonly Volume[], others: readonly Volume[]) =>
      volumes.filter(({ volume_id }) => !others.some((other) => other.volume_id === volume_id));
    const { data_volumes } = desktop;
    for (const volume of missing(before, data_volumes)) this.note("volume-removed", desktop, volume, doing);
    for (const volume of missing(data_volumes, before)) this.note("volume-added", desktop, volume, doing);
  }

  /** Its job fails, and its disks go with it. */
  private noteDeleted(desktop: Desktop, by: Origin, at: number): void {
    if (desktop.running) this.jobs.abort(desktop.running);
    for (const volume of desktop.data_volumes)
      this.note("volume-removed", desktop, volume, { at, by, job: undefined });
    this.history.add({ at, what: "desktop-deleted", desktop_id: desktop.desktop_id, by });
  }

  private refuseTakenVolumes({ desktop_id, root_volume, data_volumes = [] }: DesktopSpec): void {
    const ids = [root_volume, ...data_volumes].flatMap((volume) => volume?.volume_id ?? []);
    const twice = ids.find((id, index) => ids.indexOf(id) !== index);
    if (twice !== undefined) throw invalidParameter(`The volume ${twice} is given more than once.`);
    for (const id of ids) {
      const owner = this.volumes.get(id);
      if (!owner || owner.desktop_id === desktop_id) continue;
      throw invalidParameter(`The volume ${id} belongs to the desktop ${owner.desktop_id}.`);
    }
  }

  private indexVolumes(desktop: Desktop): void {
    this.volumes.set(desktop.root_volume.volume_id, desktop);
    for (const volume of desktop.data_volumes) this.volumes.set(volume.volume_id, desktop);
  }

  private forgetVolumes(desktop: Desktop): void {
    this.volumes.delete(desktop.root_volume.volume_id);
    for (const volume of desktop.data_volumes) this.volumes.delete(volume.volume_id);
  }
}

/** A disk of this desktop; one of another desktop is as good as unknown. */
export function volumeOf(desktop: Desktop, volumeId: string): PlacedVolume {
  const volume = ownVolume(desktop, volumeId);
  if (!volume) throw unknownVolume(volumeId);
  return { desktop, volume, isRoot: volume === desktop.root_volume };
}

function ownVolume({ root_volume, data_volumes }: Desktop, volumeId: string): Volume | undefined {
  return [root_volume, ...data_volumes].find((candidate) => candidate.volume_id === volumeId);
}

/** The disk itself is made before the job that attaches it ends. */
function createdAt({ at, job }: Doing): number {
  return job ? at - Math.floor((at - job.begunAt) / 4) : at;
}
