import type { Clock } from "../clock";
import type { Log } from "../log";
import { randomUUID } from "node:crypto";
import { adopt } from "./adoption";
import type { Claims } from "./claims";
import {
  find,
  type Holdings,
  howToAdopt,
  Operation,
  type Project,
  type Projects,
  type Volume,
} from "./desktopRoom";
import type { DiskInputs } from "./inputs";
import type { Plan } from "./plan";
import { compact, type HeldVolume } from "./state";

/** What the life of disks needs, for as long as the provider process lives. */
export interface DiskParts {
  projects: Projects;
  /** Which volumes are held by resources that this run knows of. */
  holdings: Holdings;
  /** What the program of this run says of disks. */
  claims: Claims;
  clock: Clock;
  log: Log;
  /** For new disks whose inputs name none. */
  enterpriseProjectId: string | undefined;
}

/** What becomes of one disk of one desktop: the calls behind both kinds of resources. */
export class DiskWork {
  constructor(
    private readonly parts: DiskParts,
    readonly project: Project,
    private readonly desktopId: string,
  ) {}

  /** Adds a disk, or takes over the one that `existingVolumeId` names. Throws what adoption and queue throw. */
  async obtain(
    wanted: DiskInputs,
    enterpriseProjectId: string | undefined,
    operation: Operation,
  ): Promise<HeldVolume> {
    if (wanted.existingVolumeId !== undefined) {
      const { existingVolumeId } = wanted;
      const { project, desktopId } = this;
      const adopted = await adopt(
        project,
        this.parts.holdings,
        desktopId,
        existingVolumeId,
        wanted,
        operation,
      );
      return { ...adopted, adoption: randomUUID() };
    }
    const { type, size, iops, throughput, kmsId } = wanted;
    const request = {
      kind: "add" as const,
      spec: { type, size, ...compact({ iops, throughput, kmsId }) },
      enterpriseProjectId: enterpriseProjectId ?? this.parts.enterpriseProjectId,
    };
    const volume = await this.project.submit(this.desktopId, request, operation);
    if (volume === undefined) throw new Error("the disk was added, but nothing is known of it");
    this.#warnOfOrphans(wanted, volume);
    return volume;
  }

  /**
   * Grows a disk and changes its speed, as planned; without either, and if
   * `look`, makes sure that it is there. What was reached before a failure is
   * part of the result, so that state can tell the truth.
   */
  async change(
    known: Volume,
    plan: Plan,
    operation: Operation,
    look: boolean,
  ): Promise<{ volume: Volume; failure?: Error }> {
    const { volumeId } = known;
    let volume = known;
    try {
      if (plan.grow !== undefined) {
        const grown = await this.project.submit(
          this.desktopId,
          { kind: "grow", volumeId, size: plan.grow },
          operation,
        );
        volume = { ...volume, ...grown };
      }
      if (plan.qos !== undefined) {
        // The queue ends an operation's clock with its outcome; what is left of the time goes to the second change.
        const rest = new Operation(this.parts.clock, {
          ...operation.facts,
          since: operation.since,
        });
        const paced = await this.project.submit(this.desktopId, { kind: "qos", volumeId, ...plan.qos }, rest);
        volume = { ...volume, ...plan.qos, ...paced };
      }
      if (look && plan.grow === undefined && plan.qos === undefined) {
        volume = { ...volume, ...(await this.#mustBeThere(volumeId, operation)) };
      }
      return { volume };
    } catch (error) {
      return { volume, failure: error instanceof Error ? error : new Error(String(error)) };
    }
  }

  /**
   * Whether another resource has taken over the disk or is about to: then the
   * one that had it before must not delete it.
   */
  isAnothers({ volumeId, adoption }: Pick<HeldVolume, "volumeId" | "adoption">): boolean {
    const { holdings, claims } = this.parts;
    return holdings.wasAdopted(volumeId) || claims.isAnothers(volumeId, adoption);
  }

  /** Deletes a disk and its data for good. Whether that may be, is asked before. */
  async remove(volumeId: string, operation: Operation): Promise<void> {
    // Nobody may take it over while it waits to be deleted.
    this.parts.holdings.hold(volumeId);
    await this.project.submit(this.desktopId, { kind: "delete", volumeId }, operation);
  }

  async #mustBeThere(volumeId: string, operation: Operation): Promise<Volume> {
    const volume = find(await this.project.lookFor(this.desktopId, [volumeId], operation), volumeId);
    if (volume !== undefined) return volume;
    throw new Error(`the desktop does not show disk ${volumeId}; run "pulumi refresh" to let the state know`);
  }

  /** A run before may have been killed after it had bought a disk: say so, for whoever would pay for both. */
  #warnOfOrphans(wanted: DiskInputs, made: Volume): void {
    const alike = this.project
      .seenOn(this.desktopId)
      .filter(({ volumeId }) => volumeId !== made.volumeId && !this.parts.holdings.isHeld(volumeId))
      .filter(({ type, size }) => type === wanted.type && size === wanted.size);
    const first = alike[0];
    if (first === undefined) return;
    this.parts.log.warn(
      `desktop ${this.desktopId} also holds ${alike.map((volume) => volume.volumeId).join(", ")}, of the same kind as the disk just added ` +
        `(${describeDisk(wanted)}), and nothing in this run owns it. If a run before was cut off, that may be its disk. ` +
        howToAdopt(first.volumeId),
    );
  }
}

/** Why a protected disk stays. */
export function protectionText(volumeId: string): string {
  return (
    `deletionProtection of disk ${volumeId} is true, so nothing was sent. To delete it with its data, ` +
    `set deletionProtection: false, run "pulumi up", then delete it`
  );
}

/** A disk in words: `SSD, 100 GB`. */
export function describeDisk({ type, size }: Pick<DiskInputs, "type" | "size">): string {
  return `${type}, ${size} GB`;
}
