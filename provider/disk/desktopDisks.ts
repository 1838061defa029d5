import { type Difference, knownPlace, placeInForce, refuse, refuseReplacing } from "./attachmentCheck";
import { wish } from "./claims";
import {
  find,
  HalfDoneError,
  Operation,
  type OperationFacts,
  type Place,
  type Problem,
  type Project,
  type Sight,
} from "./desktopRoom";
import { describePlan } from "./disksDescription";
import { type DisksInputs, type DisksState, type DiskState, entryOf, validateDisks } from "./disksInputs";
import { type DisksPlan, disksChange, planDisks } from "./disksPlan";
import { disksStateOf, entryState, failureOf, idsOf, keptOf, type Outcome, readDisks } from "./disksState";
import { describeDisk, type DiskParts, DiskWork, protectionText } from "./diskWork";
import { drift, inputsOf } from "./drift";
import { DiskOperationError, within } from "./failure";
import { placeOf } from "./inputs";
import { PartlyDoneError } from "./partlyDone";
import type { Plan } from "./plan";
import { compact, type HeldVolume } from "./state";
import { READ_TIME, timeoutMs, type Timeouts } from "./timeouts";
import { isKnown } from "./unknown";
import { whereItIs } from "./whereItIs";

type Props = Readonly<Record<string, unknown>>;

/** How long something may take, in ms, and since when. */
type Time = Pick<OperationFacts, "timeoutMs" | "timeSetBy"> & { since: number };

/** The part of it that a mere look may take. */
function ofRead(time: Time): Time {
  return time.timeoutMs <= READ_TIME.timeoutMs ? time : { ...READ_TIME, since: time.since };
}

/** The life of all data disks that one resource has on a desktop. */
export class DesktopDisks {
  constructor(private readonly parts: DiskParts) {}

  /**
   * What is wrong with the inputs, by property such as `disks.data.size`. Makes
   * no call. The old inputs say nothing: a run that failed keeps its inputs,
   * also those of disks that it did not make. Changes are judged by `diff`.
   */
  check(news: Props): Problem[] {
    for (const entry of Object.values(news.disks ?? {})) wish(this.parts.claims, entry);
    return [...validateDisks(news), ...this.parts.projects.check(knownPlace(news))];
  }

  /** What a change comes to, told by name. Makes no call; throws what is refused, by property. */
  diff(olds: Props, news: Props): Difference {
    const state = readDisks(olds);
    const inputs = news as unknown as DisksInputs;
    const plan = isKnown(news.disks) ? this.#plan(state, inputs) : undefined;
    for (const [name, disk] of Object.entries(state.disks)) {
      // A disk whose name goes may be taken over by another resource, which keeps it from being deleted.
      if (plan?.remove.includes(name) === true && !Object.hasOwn(inputs.disks, name)) continue;
      this.parts.holdings.hold(disk.volumeId);
      if (plan?.replaces.length === 0) this.parts.claims.keep(disk.volumeId, disk.adoption);
    }
    if (plan === undefined) return { changes: true, replaces: [] };
    refuse(plan.refusals);
    const lines = describePlan(state, inputs, plan);
    if (lines.length > 0) {
      this.parts.log.info([`desktop ${state.desktopId}:`, ...lines].join("\n  "));
    }
    return { changes: disksChange(plan), replaces: plan.replaces };
  }

  /** Adds the disks, all with one call, or takes them over. Stands for AddDesktopVolumes. */
  async create(inputs: DisksInputs): Promise<{ id: string; outs: DisksState }> {
    const time = this.#time(inputs.timeouts, "create");
    const project = await this.#open("adding", inputs.desktopId, placeOf(inputs), time);
    const outcomes = await this.#addAll(project, inputs, Object.keys(inputs.disks), time);
    const outs = disksStateOf(inputs, outcomes, project);
    const id = inputs.desktopId;
    const failure = failureOf(outcomes, inputs.desktopId);
    if (failure === undefined) return { id, outs };
    if (Object.keys(outs.disks).length === 0) throw failure;
    throw new PartlyDoneError(failure, id, { ...outs, unfinished: true });
  }

  /** The disks as they are now; nothing once two looks have shown the desktop gone. */
  async read(props: Props): Promise<{ outs: DisksState; inputs: object | undefined } | undefined> {
    const state = readDisks(props);
    const time = { ...READ_TIME, since: this.parts.clock.now() };
    const operation = this.#operation("reading", "the data disks", state.desktopId, time);
    return within(operation, async () => {
      const project = await operation.inTime(this.parts.projects.open(placeOf(state)));
      const ids = Object.values(state.disks).map((disk) => disk.volumeId);
      const sight = await project.lookFor(state.desktopId, ids, operation);
      return sight.gone ? undefined : this.#seen(state, sight);
    });
  }

  /** Adds, grows, re-paces and removes what the names say, with one call for each kind of change. */
  async update(olds: Props, inputs: DisksInputs): Promise<DisksState> {
    const state = readDisks(olds);
    const plan = this.#plan(state, inputs);
    refuse(plan.refusals);
    refuseReplacing(plan);
    const time = this.#time(inputs.timeouts, "update");
    const place = whereItIs(this.parts.projects, state, inputs);
    const project = await this.#open("changing", inputs.desktopId, place, time);
    const kept = keptOf(state, inputs, plan);
    // Disks whose last operation went wrong, or that are reached another way than before, must first be seen.
    const look = state.unfinished === true || state.endpoint !== project.place.endpoint;
    const changed = await Promise.all([
      ...plan.remove.map((name) => this.#leave(project, inputs, name, state.disks[name], time)),
      ...[...kept].map(([name, disk]) => {
        const change = plan.change.find((one) => one.name === name)?.plan;
        return this.#change(project, inputs, name, disk, time, change, look);
      }),
    ]);
    // A disk is replaced only once the old one is gone; and only then is there room for it.
    const stuck = new Set(changed.filter(({ failure }) => failure !== undefined).map(({ name }) => name));
    const names = plan.add.filter((name) => !stuck.has(name));
    const added = await this.#addAll(project, inputs, names, time);
    const outcomes = [...changed, ...added];
    const outs = disksStateOf(inputs, outcomes, project);
    const failure = failureOf(outcomes, inputs.desktopId);
    if (failure === undefined) return outs;
    throw new PartlyDoneError(failure, inputs.desktopId, { ...outs, unfinished: true });
  }

  /** Deletes all the disks and their data for good, with one call. Stands for DeleteDesktopVolumes. */
  async delete(props: Props): Promise<void> {
    const state = readDisks(props);
    for (const [name, disk] of Object.entries(state.disks)) {
      // One protected disk keeps all: a desktop half torn down is nobody's wish.
      if (disk.deletionProtection !== true) continue;
      throw new Error(`data disk "${name}" of desktop ${state.desktopId}: ${protectionText(disk.volumeId)}`);
    }
    const time = this.#time(state.timeouts, "delete");
    const project = await this.#open("deleting", state.desktopId, placeOf(state), time);
    const outcomes = await Promise.all(
      Object.entries(state.disks).map(([name, disk]) => this.#remove(project, state, name, disk, time)),
    );
    const failure = failureOf(outcomes, state.desktopId);
    if (failure !== undefined) throw failure;
  }

  #plan(state: DisksState, inputs: DisksInputs): DisksPlan {
    return planDisks(state, inputs, placeInForce(this.parts.projects, { ...inputs }));
  }

  #seen(state: DisksState, sight: Sight): { outs: DisksState; inputs: object | undefined } {
    const disks: Record<string, DiskState> = {};
    const wanted: Record<string, object> = {};
    let changed = false;
    for (const [name, disk] of Object.entries(state.disks)) {
      const volume = find(sight, disk.volumeId);
      if (volume === undefined) {
        this.parts.holdings.release(disk.volumeId);
        changed = true;
        continue;
      }
      this.parts.holdings.hold(disk.volumeId);
      disks[name] = { ...disk, ...volume };
      const drifted = drift(disk, volume);
      changed ||= drifted !== undefined;
      wanted[name] = drifted ?? inputsOf(disk);
    }
    const outs = { ...state, disks, volumeIds: idsOf(disks) };
    const { desktopId, enterpriseProjectId, timeouts, profile, iamEndpoint } = state;
    const inputs = compact({ desktopId, enterpriseProjectId, timeouts, profile, iamEndpoint, disks: wanted });
    return { outs, inputs: changed ? inputs : undefined };
  }

  #addAll(project: Project, inputs: DisksInputs, names: readonly string[], time: Time): Promise<Outcome[]> {
    return Promise.all(
      names.map(async (name): Promise<Outcome> => {
        const wanted = inputs.disks[name];
        if (wanted === undefined) return { name, disk: undefined };
        const entry = entryOf(inputs, wanted);
        const operation = this.#operation(
          entry.existingVolumeId === undefined ? "adding" : "taking over",
          `data disk "${name}" (${describeDisk(entry)})`,
          inputs.desktopId,
          time,
        );
        const disk = (volume: HeldVolume) => entryState(entry, volume);
        return within(operation, async () => {
          const work = new DiskWork(this.parts, project, inputs.desktopId);
          return { name, disk: disk(await work.obtain(entry, inputs.enterpriseProjectId, operation)) };
        }).catch((error: unknown) => {
          const failure = error as Error;
          const half = failure.cause;
          return { name, disk: half instanceof HalfDoneError ? disk(half.volume) : undefined, failure };
        });
      }),
    );
  }

  async #change(
    project: Project,
    inputs: DisksInputs,
    name: string,
    known: DiskState,
    time: Time,
    plan: Plan = { refusals: [], replaces: [], record: true },
    look = false,
  ): Promise<Outcome> {
    const disk = `data disk "${name}" (${known.volumeId})`;
    const operation = this.#operation("changing", disk, inputs.desktopId, time);
    const work = new DiskWork(this.parts, project, inputs.desktopId);
    const { volume, failure } = await work.change(known, plan, operation, look);
    operation.finish();
    const now = { ...known, ...volume };
    if (failure === undefined) return { name, disk: now };
    return { name, disk: now, failure: new DiskOperationError(operation, failure) };
  }

  /** Takes away the disk of a name that is gone or gets a new disk. */
  async #leave(
    project: Project,
    inputs: DisksInputs,
    name: string,
    disk: DiskState | undefined,
    time: Time,
  ): Promise<Outcome> {
    // Its name may have gone to another resource, which says so while the engine hands over: a look waits for its pause.
    const looking = this.#operation("reading", "the data disks", inputs.desktopId, ofRead(time));
    try {
      await within(looking, () => project.look(inputs.desktopId, looking));
    } catch (error) {
      return { name, disk, failure: error as Error };
    }
    return this.#remove(project, inputs, name, disk, time);
  }

  async #remove(
    project: Project,
    { desktopId }: Pick<DisksInputs, "desktopId">,
    name: string,
    disk: DiskState | undefined,
    time: Time,
  ): Promise<Outcome> {
    if (disk === undefined) return { name, disk };
    const work = new DiskWork(this.parts, project, desktopId);
    if (work.isAnothers(disk)) {
      this.parts.log.warn(
        `data disk "${name}" of desktop ${desktopId} is let go and not deleted: another resource of the program ` +
          `has taken over ${disk.volumeId} (existingVolumeId) or is about to`,
      );
      return { name, disk: undefined };
    }
    const what = `data disk "${name}" (${disk.volumeId})`;
    const operation = this.#operation("deleting", what, desktopId, time);
    try {
      await within(operation, () => work.remove(disk.volumeId, operation));
      return { name, disk: undefined };
    } catch (error) {
      return { name, disk, failure: error as Error };
    }
  }

  /** Opens the project; what goes wrong with that names the desktop, as all that goes wrong does. */
  #open(doing: string, desktopId: string, place: Place, time: Time): Promise<Project> {
    const operation = this.#operation(doing, "data disks", desktopId, ofRead(time));
    return within(operation, () => operation.inTime(this.parts.projects.open(place)));
  }

  /** The time of all that one call of the engine takes, one disk after another included. */
  #time(timeouts: Timeouts | undefined, operation: keyof Timeouts): Time {
    return { timeoutMs: timeoutMs(timeouts, operation), since: this.parts.clock.now() };
  }

  #operation(doing: string, disk: string, desktopId: string, time: Time): Operation {
    return new Operation(this.parts.clock, { doing, disk, desktopId, ...time });
  }
}
