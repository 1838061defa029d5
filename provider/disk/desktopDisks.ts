import { type Difference, knownPlace, refuse } from "./attachmentCheck";
import {
  find,
  HalfDoneError,
  Operation,
  type Problem,
  type Project,
  type Sight,
  type Volume,
} from "./desktopRoom";
import { type DisksInputs, type DisksState, type DiskState, entryOf, validateDisks } from "./disksInputs";
import { describePlan, type DisksPlan, disksChange, planDisks } from "./disksPlan";
import { describeDisk, type DiskParts, DiskWork, protectionText } from "./diskWork";
import { drift, inputsOf } from "./drift";
import { DiskOperationError, within } from "./failure";
import { placeOf } from "./inputs";
import { PartlyDoneError } from "./partlyDone";
import { compact, refuseNewerState, STATE_VERSION } from "./state";
import { READ_TIMEOUT_MS, timeoutMs, type Timeouts } from "./timeouts";
import { isKnown } from "./unknown";
import { whereItIs } from "./whereItIs";

type Props = Readonly<Record<string, unknown>>;

/** What became of one disk: as it is now (nothing: it is gone or never was), and what went wrong. */
interface Outcome {
  name: string;
  disk: DiskState | undefined;
  failure?: Error;
}

/** The life of all data disks that one resource has on a desktop. */
export class DesktopDisks {
  constructor(private readonly parts: DiskParts) {}

  /** What is wrong with the inputs, by property such as `disks.data.size`. Makes no call. */
  check(olds: Props, news: Props): Problem[] {
    const invalid = validateDisks(news);
    const settings = this.parts.projects.check(knownPlace(news));
    if (invalid.length > 0 || !isKnown(olds.desktopId) || !isKnown(news.disks))
      return [...invalid, ...settings];
    const plan = planDisks(olds, news as unknown as DisksInputs, {});
    return [...plan.refusals, ...settings];
  }

  /** What a change comes to, told by name. Makes no call; throws what is refused, by property. */
  diff(olds: Props, news: Props): Difference {
    const state = readDisks(olds);
    const inputs = news as unknown as DisksInputs;
    for (const disk of Object.values(state.disks)) this.parts.holdings.hold(disk.volumeId);
    if (!isKnown(news.disks)) return { changes: true, replaces: [] };
    const plan = this.#plan(state, inputs);
    refuse(plan.refusals);
    const lines = describePlan(state, inputs, plan);
    if (lines.length > 0) {
      this.parts.log.info([`desktop ${state.desktopId}:`, ...lines].join("\n  "));
    }
    return { changes: disksChange(plan), replaces: plan.replaces };
  }

  /** Adds the disks, all with one call, or takes them over. Stands for AddDesktopVolumes. */
  async create(inputs: DisksInputs): Promise<{ id: string; outs: DisksState }> {
    const project = await this.parts.projects.open(placeOf(inputs));
    const outcomes = await this.#addAll(project, inputs, Object.keys(inputs.disks), "create");
    const outs = stateOf(inputs, outcomes, project);
    const id = inputs.desktopId;
    const failure = failureOf(outcomes, inputs.desktopId);
    if (failure === undefined) return { id, outs };
    if (Object.keys(outs.disks).length === 0) throw failure;
    throw new PartlyDoneError(failure, id, { ...outs, unfinished: true });
  }

  /** The disks as they are now; nothing once two looks have shown the desktop gone. */
  async read(props: Props): Promise<{ outs: DisksState; inputs: object | undefined } | undefined> {
    const state = readDisks(props);
    const operation = this.#operation("reading", "the data disks", state.desktopId, READ_TIMEOUT_MS);
    return within(operation, async () => {
      const project = await this.parts.projects.open(placeOf(state));
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
    const project = await this.parts.projects.open(whereItIs(this.parts.projects, state, inputs));
    const kept = keptOf(state, inputs, plan);
    const changed = await Promise.all([
      ...plan.remove.map((name) => this.#remove(project, inputs, name, state.disks[name], "update")),
      ...plan.change.map((change) => this.#change(project, inputs, change, kept.get(change.name))),
    ]);
    // A disk is replaced only once the old one is gone; and only then is there room for it.
    const stuck = new Set(changed.filter(({ failure }) => failure !== undefined).map(({ name }) => name));
    const names = plan.add.filter((name) => !stuck.has(name));
    const added = await this.#addAll(project, inputs, names, "update");
    const unchanged = [...kept].map(([name, disk]) => ({ name, disk }));
    const outcomes = [...unchanged, ...changed, ...added];
    const outs = stateOf(inputs, outcomes, project);
    const failure = failureOf(outcomes, inputs.desktopId);
    if (failure === undefined) return outs;
    throw new PartlyDoneError(failure, inputs.desktopId, { ...outs, unfinished: true });
  }

  /** Deletes all the disks and their data for good, with one call. Stands for DeleteDesktopVolumes. */
  async delete(props: Props): Promise<void> {
    const state = readDisks(props);
    for (const [name, disk] of Object.entries(state.disks)) {
      // One protected disk keeps all: a desktop half torn down is nobody's wish.
      if (disk.deletionProtection === true) throw new Error(`${name}: ${protectionText(disk.volumeId)}`);
    }
    const project = await this.parts.projects.open(placeOf(state));
    const outcomes = await Promise.all(
      Object.entries(state.disks).map(([name, disk]) => this.#remove(project, state, name, disk, "delete")),
    );
    const failure = failureOf(outcomes, state.desktopId);
    if (failure !== undefined) throw failure;
  }

  #plan(state: DisksState, inputs: DisksInputs): DisksPlan {
    return planDisks(state, inputs, this.parts.projects.effective(knownPlace({ ...inputs })));
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
    const outs = { ...state, disks };
    const { desktopId, enterpriseProjectId, timeouts, profile, iamEndpoint } = state;
    const inputs = compact({ desktopId, enterpriseProjectId, timeouts, profile, iamEndpoint, disks: wanted });
    return { outs, inputs: changed ? inputs : undefined };
  }

  #addAll(
    project: Project,
    inputs: DisksInputs,
    names: readonly string[],
    timeout: keyof Timeouts,
  ): Promise<Outcome[]> {
    return Promise.all(
      names.map(async (name): Promise<Outcome> => {
        const wanted = inputs.disks[name];
        if (wanted === undefined) return { name, disk: undefined };
        const entry = entryOf(inputs, wanted);
        const operation = this.#operation(
          entry.existingVolumeId === undefined ? "adding" : "taking over",
          `data disk "${name}" (${describeDisk(entry)})`,
          inputs.desktopId,
          timeoutMs(inputs.timeouts, timeout),
        );
        const disk = (volume: Volume) => entryState(entry, volume);
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
    { name, plan }: DisksPlan["change"][number],
    known: DiskState | undefined,
  ): Promise<Outcome> {
    if (known === undefined) return { name, disk: undefined };
    const timeout = timeoutMs(inputs.timeouts, "update");
    const disk = `data disk "${name}" (${known.volumeId})`;
    const operation = this.#operation("changing", disk, inputs.desktopId, timeout);
    const work = new DiskWork(this.parts, project, inputs.desktopId);
    const { volume, failure } = await work.change(known, plan, operation, false);
    operation.finish();
    const now = { ...known, ...volume };
    if (failure === undefined) return { name, disk: now };
    return { name, disk: now, failure: new DiskOperationError(operation, failure) };
  }

  #remove(
    project: Project,
    { desktopId, timeouts }: Pick<DisksInputs, "desktopId" | "timeouts">,
    name: string,
    disk: DiskState | undefined,
    timeout: keyof Timeouts,
  ): Promise<Outcome> {
    if (disk === undefined) return Promise.resolve({ name, disk: undefined });
    const what = `data disk "${name}" (${disk.volumeId})`;
    const operation = this.#operation("deleting", what, desktopId, timeoutMs(timeouts, timeout));
    return within(operation, async () => {
      await new DiskWork(this.parts, project, desktopId).remove(disk.volumeId, operation);
      return { name, disk: undefined };
    }).catch((error: unknown) => ({ name, disk, failure: error as Error }));
  }

  #operation(doing: string, disk: string, desktopId: string, timeoutMs: number): Operation {
    return new Operation(this.parts.clock, { doing, disk, desktopId, timeoutMs });
  }
}

/** The disks that stay, by their names from now on, with what state alone knows of as it shall be. */
function keptOf(state: DisksState, inputs: DisksInputs, plan: DisksPlan): Map<string, DiskState> {
  const kept = new Map<string, DiskState>();
  for (const [name, disk] of Object.entries(state.disks)) {
    const to = plan.rename.find(({ from }) => from === name)?.to ?? name;
    const wanted = inputs.disks[to];
    if (wanted === undefined || plan.remove.includes(name)) continue;
    const { deletionProtection, allowReplace } = entryOf(inputs, wanted);
    const { deletionProtection: was, allowReplace: wasAllowed, ...rest } = disk;
    kept.set(to, compact({ ...rest, deletionProtection, allowReplace }));
  }
  return kept;
}

/** Reads what an older or this version wrote. Throws for what a newer version wrote. */
function readDisks(props: Props): DisksState {
  const state = props as unknown as DisksState;
  refuseNewerState(`the data disks of desktop ${state.desktopId}`, state.stateVersion);
  return { ...state, disks: (state as Partial<DisksState>).disks ?? {} };
}

function entryState(entry: DisksInputs["disks"][string], volume: Volume): DiskState {
  const { existingVolumeId, ...kept } = entry;
  return { ...kept, ...volume };
}

/** What goes into state; later outcomes of a name stand for it, in the order of the program. */
function stateOf(inputs: DisksInputs, outcomes: readonly Outcome[], project: Project): DisksState {
  const last = new Map(outcomes.map((outcome) => [outcome.name, outcome.disk]));
  const names = [...new Set([...Object.keys(inputs.disks), ...last.keys()])];
  const disks: Record<string, DiskState> = {};
  for (const name of names) {
    const disk = last.get(name);
    if (disk !== undefined) disks[name] = disk;
  }
  return { ...inputs, disks, ...project.place, stateVersion: STATE_VERSION };
}

/** One error for all that went wrong, each by the name of its disk. */
function failureOf(outcomes: readonly Outcome[], desktopId: string): Error | undefined {
  const failed = outcomes.filter((outcome) => outcome.failure !== undefined);
  if (failed.length === 0) return undefined;
  const lines = failed.map(({ name, failure }) => `- ${name}: ${failure?.message ?? ""}`);
  return new Error(`${failed.length} data disk(s) of desktop ${desktopId}:\n${lines.join("\n")}`);
}
