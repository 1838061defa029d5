import type { Clock } from "./clock";
import {
  changeDesktop,
  makeDesktop,
  type Desktop,
  type DesktopSpec,
  type StaleView,
  type Volume,
} from "./desktops";
import { Jobs } from "./jobs";
import { codes, invalidParameter, Refusal, unknownDesktop, unknownVolume } from "./refusals";

/** A disk and where it is. */
export interface PlacedVolume {
  readonly desktop: Desktop;
  readonly volume: Volume;
  readonly isRoot: boolean;
}

/** A project in a region: its desktops, and the jobs on them. */
export class Project {
  readonly jobs: Jobs;
  private readonly byId = new Map<string, Desktop>();
  /** In the order in which they were added: pages are cut from it. */
  private readonly ordered: Desktop[] = [];
  private readonly volumes = new Map<string, Desktop>();

  constructor(
    readonly id: string,
    readonly name: string,
    readonly region: string,
    readonly domainId: string,
    private readonly clock: Clock,
    jobDuration: () => number,
    maxKeptJobs: number,
  ) {
    this.jobs = new Jobs(clock, jobDuration, maxKeptJobs);
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
      this.forgetVolumes(known);
      changeDesktop(known, spec, this.clock.now());
      this.indexVolumes(known);
      return known;
    }
    const desktop = makeDesktop(spec, this.id, this.region, this.clock.now());
    this.byId.set(desktop.desktop_id, desktop);
    this.ordered.push(desktop);
    this.indexVolumes(desktop);
    return desktop;
  }

  /** The desktop as it is now, or undefined. */
  find(desktopId: string): Desktop | undefined {
    const desktop = this.byId.get(desktopId);
    if (desktop) this.jobs.settle(desktop);
    return desktop;
  }

  /** The desktop as it is now. One that has been deleted, but is still shown, is unknown to changes. */
  desktop(desktopId: string): Desktop {
    const desktop = this.find(desktopId);
    if (!desktop || desktop.status === "DELETED") throw unknownDesktop(desktopId);
    return desktop;
  }

  /** A disk by its volume id, wherever it is. */
  volume(volumeId: string): PlacedVolume {
    const owner = this.volumes.get(volumeId);
    if (!owner) throw unknownVolume(volumeId);
    this.jobs.settle(owner);
    return volumeOf(owner, volumeId);
  }

  /** The id of the desktop that has the disk. */
  ownerOf(volumeId: string): string | undefined {
    return this.volumes.get(volumeId)?.desktop_id;
  }

  /** All desktops in their order; settle those that are shown. */
  get desktops(): readonly Desktop[] {
    return this.ordered;
  }

  /** Every desktop as it is now. */
  settledDesktops(): readonly Desktop[] {
    for (const desktop of this.ordered) this.jobs.settle(desktop);
    return this.ordered;
  }

  /** Takes the desktop away for good. */
  dropDesktop(desktop: Desktop): void {
    this.forgetVolumes(desktop);
    // Its job goes on, but has nothing left to change.
    desktop.running = undefined;
    this.byId.delete(desktop.desktop_id);
    this.ordered.splice(this.ordered.indexOf(desktop), 1);
  }

  attach(desktop: Desktop, volume: Volume): void {
    desktop.data_volumes.push(volume);
    this.volumes.set(volume.volume_id, desktop);
  }

  detach(desktop: Desktop, volumeId: string): void {
    const index = desktop.data_volumes.findIndex((volume) => volume.volume_id === volumeId);
    if (index === -1) return;
    desktop.data_volumes.splice(index, 1);
    this.volumes.delete(volumeId);
  }

  clear(): void {
    this.byId.clear();
    this.ordered.length = 0;
    this.volumes.clear();
    this.jobs.clear();
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
  if (desktop.root_volume.volume_id === volumeId) {
    return { desktop, volume: desktop.root_volume, isRoot: true };
  }
  const volume = desktop.data_volumes.find((candidate) => candidate.volume_id === volumeId);
  if (!volume) throw unknownVolume(volumeId);
  return { desktop, volume, isRoot: false };
}

/** One thing at a time on a desktop. */
export function refuseWhileBusy(desktop: Desktop): void {
  if (!desktop.running) return;
  throw new Refusal(
    409,
    codes.busy,
    `The current instance status is ${desktop.running.job.type} and deny operation on the desktop ${desktop.desktop_id}.`,
  );
}

/** The lagging view that a read of the desktop is to show, if there is one; the read is counted. */
export function staleView(desktop: Desktop, now: number): StaleView | undefined {
  const { stale } = desktop;
  if (!stale) return undefined;
  if (now < stale.until) return stale;
  if (stale.reads > 0) {
    stale.reads -= 1;
    return stale;
  }
  desktop.stale = undefined;
  return undefined;
}
