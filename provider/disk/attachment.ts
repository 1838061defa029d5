import type { Clock } from "../clock";
import type { Log } from "../log";
import { adopt } from "./adoption";
import {
  checkAttachment,
  type Difference,
  differenceOf,
  knownPlace,
  planAttachment,
  refuse,
} from "./attachmentCheck";
import {
  find,
  HalfDoneError,
  type Holdings,
  howToAdopt,
  Operation,
  type Problem,
  type Project,
  type Projects,
  type Volume,
} from "./desktopRoom";
import { DiskOperationError, within } from "./failure";
import { type AttachmentInputs, type DiskInputs, placeOf } from "./inputs";
import { drift } from "./drift";
import type { Plan } from "./plan";
import { type AttachmentState, compact, idOf, readState, stateOf, volumeFacts } from "./state";
import { PartlyDoneError } from "./partlyDone";
import { READ_TIMEOUT_MS, timeoutMs } from "./timeouts";

type Props = Readonly<Record<string, unknown>>;

export interface AttachmentParts {
  projects: Projects;
  /** Which volumes are held by resources that this run knows of. */
  holdings: Holdings;
  clock: Clock;
  log: Log;
  /** For new disks whose inputs name none. */
  enterpriseProjectId: string | undefined;
}

/** The life of one data disk of one desktop. */
export class Attachments {
  constructor(private readonly parts: AttachmentParts) {}

  /** Adds the disk, or takes over `existingVolumeId`. Stands for AddDesktopVolumes. */
  async create(inputs: AttachmentInputs): Promise<{ id: string; outs: AttachmentState }> {
    const operation = this.#operation("adding", `a data disk (${describeDisk(inputs)})`, inputs.desktopId, {
      timeoutMs: timeoutMs(inputs.timeouts, "create"),
    });
    return within(operation, async () => {
      const project = await this.parts.projects.open(placeOf(inputs));
      const result = (volume: Volume) => ({
        id: idOf(inputs.desktopId, volume.volumeId),
        outs: stateOf(inputs, {}, volume, project.place),
      });
      if (inputs.existingVolumeId !== undefined) {
        return result(await adopt(project, inputs.desktopId, inputs.existingVolumeId, inputs, operation));
      }
      try {
        const volume = await this.#add(project, inputs, operation);
        this.#warnOfOrphans(project, inputs, volume);
        return result(volume);
      } catch (error) {
        if (!(error instanceof HalfDoneError)) throw error;
        const { id, outs } = result(error.volume);
        throw new PartlyDoneError(new DiskOperationError(operation, error), id, {
          ...outs,
          unfinished: true,
        });
      }
    });
  }

  /** The disk as it is now, or nothing once two looks have shown it gone. Stands for ShowDesktopDetail. */
  async read(
    id: string,
    props: Props,
  ): Promise<{ id: string; outs: AttachmentState; inputs: Record<string, unknown> | undefined } | undefined> {
    const state = readState(id, props);
    const operation = this.#operation("reading", `disk ${state.volumeId}`, state.desktopId, {
      timeoutMs: READ_TIMEOUT_MS,
    });
    return within(operation, async () => {
      const project = await this.parts.projects.open(placeOf(state));
      this.parts.holdings.hold(state.volumeId);
      const volume = find(
        await project.lookFor(state.desktopId, [state.volumeId], operation),
        state.volumeId,
      );
      if (volume === undefined) {
        this.parts.holdings.release(state.volumeId);
        return undefined;
      }
      const asked = compact({ ...state, type: state.type ?? volume.type, size: state.size ?? volume.size });
      const outs = stateOf(asked as AttachmentInputs, volumeFacts(state), volume, project.place);
      return { id, outs, inputs: drift(state, volume) };
    });
  }

  /** Grows the disk and changes its speed, in place. Stands for ExpandVolumes and BatchModifyQosVolumes. */
  async update(id: string, olds: Props, inputs: AttachmentInputs): Promise<AttachmentState> {
    const state = readState(id, olds);
    const plan = this.#plan(state, inputs);
    refuse(plan.refusals);
    const operation = this.#operation("changing", `disk ${state.volumeId}`, state.desktopId, {
      timeoutMs: timeoutMs(inputs.timeouts, "update"),
    });
    return within(operation, async () => {
      const project = await this.parts.projects.open(
        placeOf({ ...inputs, ...this.#whereItIs(state, inputs) }),
      );
      this.parts.holdings.hold(state.volumeId);
      return this.#change(project, id, state, inputs, plan, operation);
    });
  }

  /** Deletes the disk and its data for good. Stands for DeleteDesktopVolumes. */
  async delete(id: string, props: Props): Promise<void> {
    const state = readState(id, props);
    const operation = this.#operation("deleting", `disk ${state.volumeId}`, state.desktopId, {
      timeoutMs: timeoutMs(state.timeouts, "delete"),
    });
    return within(operation, async () => {
      if (state.deletionProtection === true) {
        throw new Error(
          `deletionProtection of disk ${state.volumeId} is true, so nothing was sent. To delete it with its data, ` +
            `set deletionProtection: false, run "pulumi up", then delete it`,
        );
      }
      const project = await this.parts.projects.open(placeOf(state));
      if (this.parts.holdings.wasAdopted(state.volumeId)) {
        throw new Error(
          `another resource of this run has taken over disk ${state.volumeId} (existingVolumeId), so nothing was sent. ` +
            `Take this one out of the state without deleting the disk: pulumi state delete <its urn>`,
        );
      }
      await project.submit(state.desktopId, { kind: "delete", volumeId: state.volumeId }, operation);
    });
  }

  /** What is wrong with the inputs, by property. Makes no call. */
  check(olds: Props, news: Props): Problem[] {
    return checkAttachment(olds, news, this.parts.projects);
  }

  /** What a change comes to. Makes no call; throws what is refused, by property. */
  diff(id: string, olds: Props, inputs: AttachmentInputs): Difference {
    const state = readState(id, olds);
    this.parts.holdings.hold(state.volumeId);
    return differenceOf(this.#plan(state, inputs));
  }

  #plan(state: Partial<AttachmentState>, inputs: AttachmentInputs): Plan {
    return planAttachment(state, inputs, this.parts.projects.effective(knownPlace({ ...inputs })));
  }

  async #change(
    project: Project,
    id: string,
    state: ReturnType<typeof readState>,
    inputs: AttachmentInputs,
    plan: Plan,
    operation: Operation,
  ): Promise<AttachmentState> {
    const { volumeId, desktopId } = state;
    const told = compact({
      size: state.size,
      iops: state.iops,
      throughput: state.throughput,
      kmsId: state.kmsId,
    });
    let volume: Volume = { ...volumeFacts(state), ...told, volumeId };
    try {
      if (plan.grow !== undefined) {
        volume =
          (await project.submit(desktopId, { kind: "grow", volumeId, size: plan.grow }, operation)) ?? volume;
      }
      if (plan.qos !== undefined) {
        const again = this.#operation("changing", `disk ${volumeId}`, desktopId, {
          timeoutMs: operation.remaining(),
        });
        volume = (await project.submit(desktopId, { kind: "qos", volumeId, ...plan.qos }, again)) ?? volume;
        volume = { ...volume, ...plan.qos };
      }
      const moved = state.endpoint !== undefined && state.endpoint !== project.place.endpoint;
      if ((state.unfinished === true || moved) && plan.grow === undefined && plan.qos === undefined) {
        volume = await this.#mustBeThere(project, desktopId, volumeId, operation);
      }
    } catch (error) {
      const outs = stateOf(
        { ...inputs, size: volume.size ?? inputs.size },
        volumeFacts(state),
        volume,
        project.place,
      );
      throw new PartlyDoneError(new DiskOperationError(operation, error as Error), id, {
        ...outs,
        unfinished: true,
      });
    }
    return stateOf(inputs, volumeFacts(state), volume, project.place);
  }

  async #mustBeThere(
    project: Project,
    desktopId: string,
    volumeId: string,
    operation: Operation,
  ): Promise<Volume> {
    const volume = find(await project.lookFor(desktopId, [volumeId], operation), volumeId);
    if (volume !== undefined) return volume;
    throw new Error(`the desktop does not show disk ${volumeId}; run "pulumi refresh" to let the state know`);
  }

  /** The recorded region and project; a new endpoint for them only if somebody names one. */
  #whereItIs(state: Partial<AttachmentState>, inputs: AttachmentInputs) {
    const { endpoint } = this.parts.projects.effective(placeOf(inputs));
    return placeOf(
      compact({ region: state.region, projectId: state.projectId, endpoint: endpoint ?? state.endpoint }),
    );
  }

  async #add(project: Project, inputs: AttachmentInputs, operation: Operation): Promise<Volume> {
    const { type, size, iops, throughput, kmsId } = inputs;
    const enterpriseProjectId = inputs.enterpriseProjectId ?? this.parts.enterpriseProjectId;
    const spec = { type, size, ...compact({ iops, throughput, kmsId }) };
    const volume = await project.submit(
      inputs.desktopId,
      { kind: "add", spec, enterpriseProjectId },
      operation,
    );
    if (volume === undefined) throw new Error("the disk was added, but nothing is known of it");
    return volume;
  }

  /** A run before may have been killed after it had bought a disk: say so, for whoever would pay for both. */
  #warnOfOrphans(project: Project, inputs: AttachmentInputs, made: Volume): void {
    const alike = project
      .seenOn(inputs.desktopId)
      .filter(
        ({ volumeId, type, size }) =>
          volumeId !== made.volumeId && type === inputs.type && size === inputs.size,
      )
      .filter(({ volumeId }) => !this.parts.holdings.isHeld(volumeId));
    const first = alike[0];
    if (first === undefined) return;
    this.parts.log.warn(
      `desktop ${inputs.desktopId} also holds ${alike.map((volume) => volume.volumeId).join(", ")}, of the same kind as the disk just added ` +
        `(${describeDisk(inputs)}), and nothing in this run owns it. If a run before was cut off, that may be its disk. ` +
        howToAdopt(first.volumeId),
    );
  }

  #operation(
    doing: string,
    disk: string,
    desktopId: string,
    { timeoutMs }: { timeoutMs: number },
  ): Operation {
    return new Operation(this.parts.clock, { doing, disk, desktopId, timeoutMs });
  }
}

/** A disk in words: `SSD, 100 GB`. */
export function describeDisk({ type, size }: Pick<DiskInputs, "type" | "size">): string {
  return `${type}, ${size} GB`;
}
