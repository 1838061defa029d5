import {
  checkAttachment,
  type Difference,
  differenceOf,
  placeInForce,
  planAttachment,
  refuse,
  refuseReplacing,
} from "./attachmentCheck";
import { wish } from "./claims";
import { find, HalfDoneError, Operation, type Problem } from "./desktopRoom";
import { describeDisk, type DiskParts, DiskWork, protectionText } from "./diskWork";
import { drift } from "./drift";
import { DiskOperationError, within } from "./failure";
import { type AttachmentInputs, placeOf } from "./inputs";
import { PartlyDoneError } from "./partlyDone";
import type { Plan } from "./plan";
import {
  type AttachmentState,
  compact,
  type HeldVolume,
  idOf,
  readState,
  stateOf,
  volumeFacts,
} from "./state";
import { READ_TIME, timeoutMs } from "./timeouts";
import { whereItIs } from "./whereItIs";

type Props = Readonly<Record<string, unknown>>;

/** The life of one data disk of one desktop. */
export class Attachments {
  constructor(private readonly parts: DiskParts) {}

  /** What is wrong with the inputs, by property. Makes no call. */
  check(olds: Props, news: Props): Problem[] {
    wish(this.parts.claims, news);
    return checkAttachment(olds, news, this.parts.projects);
  }

  /** What a change comes to. Makes no call; throws what is refused, by property. */
  diff(id: string, olds: Props, inputs: AttachmentInputs): Difference {
    const state = readState(id, olds);
    this.parts.holdings.hold(state.volumeId);
    const difference = differenceOf(this.#plan(state, inputs));
    if (difference.replaces.length === 0) this.parts.claims.keep(state.volumeId, state.adoption);
    return difference;
  }

  /** Adds the disk, or takes over `existingVolumeId`. Stands for AddDesktopVolumes. */
  async create(inputs: AttachmentInputs): Promise<{ id: string; outs: AttachmentState }> {
    const { desktopId } = inputs;
    const disk =
      inputs.existingVolumeId === undefined
        ? `a data disk (${describeDisk(inputs)})`
        : `disk ${inputs.existingVolumeId}`;
    const doing = inputs.existingVolumeId === undefined ? "adding" : "taking over";
    const operation = this.#operation(doing, disk, desktopId, timeoutMs(inputs.timeouts, "create"));
    return within(operation, async () => {
      const project = await operation.inTime(this.parts.projects.open(placeOf(inputs)));
      const result = (volume: HeldVolume) => ({
        id: idOf(desktopId, volume.volumeId),
        outs: stateOf(inputs, {}, volume, project.place),
      });
      try {
        const work = new DiskWork(this.parts, project, desktopId);
        return result(await work.obtain(inputs, inputs.enterpriseProjectId, operation));
      } catch (error) {
        if (!(error instanceof HalfDoneError)) throw error;
        const { id, outs } = result(error.volume);
        const failure = new DiskOperationError(operation, error);
        throw new PartlyDoneError(failure, id, { ...outs, unfinished: true });
      }
    });
  }

  /** The disk as it is now, or nothing once two looks have shown it gone. Stands for ShowDesktopDetail. */
  async read(
    id: string,
    props: Props,
  ): Promise<{ outs: AttachmentState; inputs: Partial<AttachmentInputs> | undefined } | undefined> {
    const state = readState(id, props);
    const { desktopId, volumeId } = state;
    const facts = { doing: "reading", disk: `disk ${volumeId}`, desktopId, ...READ_TIME };
    const operation = new Operation(this.parts.clock, facts);
    return within(operation, async () => {
      const project = await operation.inTime(this.parts.projects.open(placeOf(state)));
      const volume = find(await project.lookFor(desktopId, [volumeId], operation), volumeId);
      if (volume === undefined) {
        this.parts.holdings.release(volumeId);
        // A state has a desktop; without one, a program looks up a disk by its id and would go on with nothing.
        if (props.desktopId === undefined) throw new Error("the desktop has no such data disk");
        return undefined;
      }
      this.parts.holdings.hold(volumeId);
      const asked = compact({ ...state, type: state.type ?? volume.type, size: state.size ?? volume.size });
      const outs = stateOf(asked as AttachmentInputs, volumeFacts(state), volume, project.place);
      return { outs, inputs: drift(state, volume) };
    });
  }

  /** Grows the disk and changes its speed, in place. Stands for ExpandVolumes and BatchModifyQosVolumes. */
  async update(id: string, olds: Props, inputs: AttachmentInputs): Promise<AttachmentState> {
    const state = readState(id, olds);
    const { desktopId, volumeId } = state;
    const plan = this.#plan(state, inputs);
    refuse(plan.refusals);
    refuseReplacing(plan);
    const timeout = timeoutMs(inputs.timeouts, "update");
    const operation = this.#operation("changing", `disk ${volumeId}`, desktopId, timeout);
    return within(operation, async () => {
      const place = whereItIs(this.parts.projects, state, inputs);
      const project = await operation.inTime(this.parts.projects.open(place));
      this.parts.holdings.hold(volumeId);
      const told = compact({
        type: state.type,
        size: state.size,
        iops: state.iops,
        throughput: state.throughput,
      });
      const work = new DiskWork(this.parts, project, desktopId);
      // A disk whose last operation went wrong, or that is reached another way than before, must first be seen.
      const look = state.unfinished === true || state.endpoint !== project.place.endpoint;
      const known = { ...volumeFacts(state), ...told, volumeId };
      const { volume, failure } = await work.change(known, plan, operation, look);
      const outs = stateOf(inputs, volumeFacts(state), volume, project.place);
      if (failure === undefined) return outs;
      throw new PartlyDoneError(new DiskOperationError(operation, failure), id, {
        ...outs,
        unfinished: true,
      });
    });
  }

  /** Deletes the disk and its data for good. Stands for DeleteDesktopVolumes. */
  async delete(id: string, props: Props): Promise<void> {
    const state = readState(id, props);
    const { desktopId, volumeId } = state;
    const timeout = timeoutMs(state.timeouts, "delete");
    const operation = this.#operation("deleting", `disk ${volumeId}`, desktopId, timeout);
    return within(operation, async () => {
      // Asked before anything else: nothing is opened for a disk that stays.
      if (state.deletionProtection === true) throw new Error(protectionText(volumeId));
      const project = await operation.inTime(this.parts.projects.open(placeOf(state)));
      const work = new DiskWork(this.parts, project, desktopId);
      if (work.isAnothers(state)) {
        throw new Error(
          `another resource of the program has taken over disk ${volumeId} (existingVolumeId) or is about to, so nothing was sent. ` +
            `Take this one out of the state without deleting the disk: pulumi state delete <its urn>`,
        );
      }
      await work.remove(volumeId, operation);
    });
  }

  #plan(state: Partial<AttachmentState>, inputs: AttachmentInputs): Plan {
    return planAttachment(state, inputs, placeInForce(this.parts.projects, { ...inputs }));
  }

  #operation(doing: string, disk: string, desktopId: string, timeoutMs: number): Operation {
    return new Operation(this.parts.clock, { doing, disk, desktopId, timeoutMs });
  }
}
