import type { Place } from "../auth/place";
import type { Connections } from "../desktop/connections";
import type { Holder, VolumeOwnership } from "../desktop/ownership";
import { type DesktopSnapshot, findVolume } from "../desktop/snapshot";
import type { CoreError, Problem } from "../errors";
import { type Call, type Clock, isKnown, type Log, type Maybe, type Properties, UNKNOWN } from "../host";
import { OperationContext } from "../operation";
import { addDisk, settleDeleted, settleLeaving } from "./addDisk";
import { claimedBy, Claims, namedAsBefore } from "./claims";
import type { Codec } from "./codecs";
import { importDisks, importedBy, importRefusals } from "./importing";
import type { Refusal, SetInputs } from "./inputs";
import { lookAhead } from "./lookAhead";
import {
  effectiveFor,
  hasChanges,
  knownPlace,
  type Plan,
  planSet,
  refusedByInputs,
  whereTheyAre,
} from "./plan";
import { type PropertyChange, propertyChanges } from "./propertyChanges";
import { Forewarnings } from "./forewarnings";
import type { PreviewLook } from "./previewLook";
import { type Found, refresh } from "./refresh";
import { refuse } from "./refuse";
import {
  emptyState,
  failureOf,
  leavingOf,
  type Outcome,
  type RecordedPolicy,
  type SetState,
  stateAfter,
} from "./state";
import {
  adoptDisk,
  attempt,
  changeDisk,
  forgottenText,
  inOperation,
  readWith,
  removeDisk,
  type StepContext,
} from "./steps";
import {
  notInPlace,
  notShownElsewhere,
  previewLines,
  problemOf,
  protectedDisk,
  refusedBy,
  requireKnown,
} from "./texts";

/** What both kinds share, for as long as the provider lives. */
interface DiskParts {
  connections: Connections;
  ownership: VolumeOwnership;
  /** What previews see of desktops. */
  previewLook: PreviewLook;
  clock: Clock;
  log: Log;
  /** For new disks whose inputs name none. */
  enterpriseProjectId: string | undefined;
}

/** What a change comes to. */
export interface Difference {
  changes: boolean;
  /** Properties whose change replaces the resource. */
  replaces: string[];
  /** What happens to which disk, for the preview. */
  lines: string[];
  /** The properties that change, where the change comes from properties. */
  properties: PropertyChange[];
}

/** State to be kept. With a `failure` it is kept all the same, and the failure is shown. */
export interface Result {
  id: string;
  state: Properties;
  failure?: CoreError;
}

/** One lifecycle for both kinds of resources: a set of named disks on one desktop. An attachment is a set of one. */
export class DiskResource {
  readonly #claims: Claims;
  readonly #forewarnings: Forewarnings;

  constructor(
    private readonly codec: Codec,
    private readonly parts: DiskParts,
  ) {
    this.#claims = new Claims(parts.ownership);
    this.#forewarnings = new Forewarnings(parts.log);
  }

  /** What is wrong with the inputs, by property. Makes no call. */
  check(call: Call, olds: Properties, news: Properties): Problem[] {
    const { codec } = this;
    const other = codec.otherKind(olds);
    if (other !== undefined) return [problemOf(other)];
    const [old, wanted] = [codec.readInputs(olds), codec.readInputs(news)];
    const taken = this.#claims.claim(
      news,
      claimedBy(wanted, old),
      (name) => this.#holder(call, name, "").title,
    );
    this.#claims.note(news, namedAsBefore(wanted, old));
    const problems = codec.validate(news);
    // A set's run that failed keeps its inputs, also those of disks that it did not make: only state tells of them.
    if (problems.length === 0 && codec.kind === "DataDiskAttachment")
      problems.push(...refusedByInputs(old, wanted, codec));
    if (problems.length === 0) {
      problems.push(
        ...taken.map(({ name, conflict }) => refusedBy(conflict, codec.path(name, "existingVolumeId"))),
      );
    }
    const settings = this.parts.connections
      .check(knownPlace(wanted.place))
      .map((one): Refusal => ({ ...one, code: "HWD1201" }));
    const failures = [...problems, ...settings].map(problemOf);
    if (failures.length === 0) this.#sayAhead(call, { isNew: Object.keys(olds).length === 0, old, wanted });
    return failures;
  }

  /**
   * What a change comes to. Makes no call. Throws `RefusedError` for what is refused, a line for each property.
   * `imported`: this run has imported it, and the program may not change the disks at once.
   */
  diff(call: Call, id: string, olds: Properties, news: Properties, imported = false): Difference {
    const state = this.codec.readState(id, olds);
    const wanted = this.codec.readInputs(news);
    if (imported) refuse(state.desktopId, importRefusals(state, wanted, this.codec), "Importing");
    const plan = this.#plan(call, news, state, wanted);
    // They may leave before the new ones are made.
    if (plan.replaces.length > 0) this.parts.previewLook.noteLeaving(state.desktopId, state.disks.size);
    return {
      changes: hasChanges(plan),
      replaces: plan.replaces,
      lines: previewLines(state, wanted, plan, this.codec.kind),
      properties: propertyChanges(state, wanted, plan, this.codec.kind),
    };
  }

  /**
   * Why a run could not make these disks, by property, as far as the service
   * shows it now. For previews. `also`: desktops that will be asked about.
   * Stands for ListDesktopsDetail.
   */
  async lookAtNew(call: Call, news: Properties, also: readonly string[] = []): Promise<Refusal[]> {
    const wanted = this.codec.readInputs(news);
    if (!isKnown(wanted.desktopId)) return [];
    return lookAhead(this.parts, this.codec, call, { state: emptyState(wanted.desktopId), wanted, also });
  }

  /** The same for a change; throws `RefusedError`. */
  async lookAtChange(
    call: Call,
    id: string,
    olds: Properties,
    news: Properties,
    also: readonly string[] = [],
  ): Promise<void> {
    const state = this.codec.readState(id, olds);
    const wanted = this.codec.readInputs(news);
    refuse(state.desktopId, await lookAhead(this.parts, this.codec, call, { state, wanted, also }));
  }

  /** Adds the disks, or adopts them. Stands for AddDesktopVolumes. Throws where there is nothing to keep. */
  async create(call: Call, news: Properties): Promise<Result> {
    const { codec } = this;
    const wanted = codec.readInputs(news);
    const empty = emptyState(requireKnown(wanted.desktopId, "desktopId"));
    const context = await this.#open(
      call,
      "Adding",
      empty,
      knownPlace(wanted.place),
      wanted.enterpriseProjectId,
    );
    const outcomes = await this.#carryOut(context, news, wanted, planSet(empty, wanted, {}, codec), false);
    const state = stateAfter(empty, wanted, outcomes, context.place);
    const failure = failureOf(outcomes, codec.kind, empty.desktopId);
    if (failure !== undefined && state.disks.size + state.pendingAdds.size === 0) throw failure;
    return this.#result(state, codec.idOf(state), failure);
  }

  /** The disks as they are now; nothing where it is proved that they, or their desktop, are gone. Stands for ShowDesktopDetail. */
  async read(call: Call, id: string, props: Properties): Promise<Found | undefined> {
    const state = this.codec.readState(id, props);
    const context = await this.#open(call, "Reading", state, state.place, undefined);
    const title = `Reading ${this.codec.wholeTitle(state)} of desktop ${state.desktopId}`;
    const operation = new OperationContext(call, { title, since: context.since }, this.parts.clock);
    try {
      return await refresh(context, operation, this.codec, id, state);
    } catch (error) {
      throw inOperation(error, operation);
    } finally {
      operation.finish();
    }
  }

  /**
   * Takes a disk, or all data disks of a desktop, into state by id: what
   * `pulumi import` does. `policy` is recorded for each disk, and said in the
   * inputs. Stands for ShowDesktopDetail. Throws where nothing of that id exists.
   */
  async import(call: Call, id: string, policy: RecordedPolicy): Promise<Found> {
    const { codec } = this;
    const { desktopId, volumeId } = importedBy(codec.kind, id);
    const context = await this.#open(call, "Importing", emptyState(desktopId), {}, undefined);
    const title = `Importing ${volumeId === undefined ? "data disks" : codec.title("", volumeId)} of desktop ${desktopId}`;
    const operation = new OperationContext(call, { title, since: context.since }, this.parts.clock);
    try {
      return await importDisks(context, operation, codec, { policy, volumeId });
    } catch (error) {
      throw inOperation(error, operation);
    } finally {
      operation.finish();
    }
  }

  /** Adds, grows, tunes, adopts, forgets and deletes, with one call for each kind of change. */
  async update(call: Call, id: string, olds: Properties, news: Properties): Promise<Result> {
    const { codec } = this;
    const before = codec.readState(id, olds);
    const wanted = codec.readInputs(news);
    const plan = this.#plan(call, news, before, wanted);
    refuse(before.desktopId, plan.replaces.map(notInPlace));
    const place = whereTheyAre(this.parts.connections, before.place, wanted.place);
    const context = await this.#open(call, "Changing", before, place, wanted.enterpriseProjectId);
    // Disks whose last operation failed, or that are reached another way than before, must first be seen.
    const isElsewhere = before.place.endpoint !== context.place.endpoint;
    if (isElsewhere) await this.#requireShown(context, before);
    const look = before.unfinished || isElsewhere;
    const outcomes = await this.#carryOut(context, news, wanted, plan, look);
    const state = stateAfter(before, wanted, outcomes, context.place);
    return this.#result(state, id, failureOf(outcomes, codec.kind, before.desktopId));
  }

  /** Deletes the disks with their data, or forgets them, as recorded. Stands for DeleteDesktopVolumes. */
  async delete(call: Call, id: string, props: Properties): Promise<void> {
    const { codec, parts } = this;
    const state = codec.readState(id, props);
    const { desktopId, disks, pendingAdds } = state;
    // If one disk is protected, none is deleted.
    const protectedOnes = [...disks].flatMap(([name, disk]) => protectedDisk(codec, name, disk));
    const protectedAdds = [...pendingAdds].flatMap(([name, { policy }]) =>
      protectedDisk(codec, name, policy ?? {}),
    );
    refuse(desktopId, [...protectedOnes, ...protectedAdds], "Deleting");
    const leaving = [...disks].map(([name, disk]) => leavingOf(name, disk));
    const pending = [...pendingAdds].filter(([, { policy }]) => policy?.deletionPolicy !== "retain");
    if (pending.length === 0 && leaving.every(({ is }) => is === "forget")) {
      for (const { name, disk } of leaving) {
        parts.log.info(forgottenText(`${codec.title(name, disk.volumeId)} of desktop ${desktopId}`));
      }
      return;
    }
    const context = await this.#open(call, "Deleting", state, state.place, undefined);
    const outcomes = await Promise.all([
      ...leaving.map((one) => removeDisk(context, one)),
      ...pending.map(([name, add]) => settleDeleted(context, name, add)),
    ]);
    const failure = failureOf(outcomes, codec.kind, desktopId);
    if (failure !== undefined) throw failure;
  }

  /** Compares state and program, tells others what becomes of the disks, and throws for what is refused. */
  #plan(call: Call, news: Properties, state: SetState, wanted: SetInputs): Plan {
    const plan = planSet(state, wanted, effectiveFor(this.parts.connections, wanted.place), this.codec);
    const conflicts = this.#announce(call, news, state, plan);
    refuse(state.desktopId, [...plan.refusals, ...conflicts]);
    return plan;
  }

  #announce(call: Call, news: Properties, state: SetState, plan: Plan): Refusal[] {
    const { codec, parts } = this;
    const { ownership } = parts;
    for (const [name, disk] of state.disks)
      ownership.hold(disk.volumeId, this.#holder(call, name, disk.ownershipId));
    return plan.steps.flatMap((step) => {
      const { name } = step;
      if (step.is === "add" || step.is === "settle") return [];
      if (step.is === "adopt") {
        if (step.volumeId === UNKNOWN) return [];
        const claimant = this.#holder(call, name, this.#claims.idFor(news, name, step.volumeId));
        ownership.claim(step.volumeId, claimant);
        const conflict = ownership.claimProblem(step.volumeId, claimant);
        return conflict === undefined ? [] : [refusedBy(conflict, codec.path(name, "existingVolumeId"))];
      }
      const { volumeId, ownershipId, deletionPolicy } = step.disk;
      const holder = this.#holder(call, name, ownershipId);
      this.#claims.withdraw(news, name, volumeId, holder.title);
      if (step.is === "keep" && plan.replaces.length === 0) ownership.keep(volumeId, holder);
      else ownership.leave(volumeId, holder, deletionPolicy === "retain" ? "forget" : "delete");
      const conflict = ownership.holderProblem(volumeId, holder);
      return conflict === undefined ? [] : [refusedBy(conflict, codec.path(name))];
    });
  }

  /** What the engine shows nothing of: that a new resource adopts disks, and what is most likely a mistake. */
  #sayAhead(call: Call, about: { isNew: boolean; old: SetInputs; wanted: SetInputs }): void {
    const { isNew, old, wanted } = about;
    this.#forewarnings.about(about, this.parts.connections);
    if (!isNew) return;
    for (const { name, volumeId } of claimedBy(wanted, old)) {
      this.parts.log.info(`${this.#holder(call, name, "").title}: adopts disk ${volumeId}; no disk is added`);
    }
  }

  async #carryOut(
    context: StepContext,
    news: Properties,
    wanted: SetInputs,
    plan: Plan,
    look: boolean,
  ): Promise<Outcome[]> {
    const { codec } = this;
    const entry = (name: string) =>
      requireKnown(wanted.disks === UNKNOWN ? UNKNOWN : (wanted.disks.get(name) ?? UNKNOWN), name);
    const first = plan.steps.flatMap((step) => {
      if (step.is === "keep") return [changeDisk(context, step, entry(step.name), look)];
      if (step.is === "settle") return [settleLeaving(context, step.name, step.pending)];
      return step.is === "delete" || step.is === "forget" ? [removeDisk(context, step)] : [];
    });
    const changed = await Promise.all(first);
    // A disk is replaced only once the old one is gone; and only then is there room for it.
    const stuck = new Set(changed.filter(({ failure }) => failure !== undefined).map(({ name }) => name));
    const second = plan.steps.flatMap((step) => {
      if (stuck.has(step.name)) return [];
      if (step.is === "add") return [addDisk(context, step.name, entry(step.name), step.pending)];
      if (step.is !== "adopt") return [];
      const volumeId = requireKnown(step.volumeId, codec.path(step.name, "existingVolumeId"));
      return [adoptDisk(context, step, this.#claims.idFor(news, step.name, volumeId))];
    });
    return [...changed, ...(await Promise.all(second))];
  }

  async #open(
    call: Call,
    doing: string,
    state: SetState,
    place: Place,
    enterpriseProjectId: Maybe<string> | undefined,
  ): Promise<StepContext> {
    const { codec, parts } = this;
    const { clock, log, ownership, connections } = parts;
    const { desktopId } = state;
    const since = clock.now();
    const title = `${doing} ${codec.wholeTitle(state)} of desktop ${desktopId}`;
    const operation = new OperationContext(call, { title, since }, clock);
    parts.previewLook.forget();
    try {
      operation.throwIfHalted();
      const connection = await operation.inTime(connections.open(place, operation));
      return {
        call,
        since,
        clock,
        log,
        desktopId,
        desktop: connection.desktop(desktopId),
        ownership,
        place: connection.place,
        enterpriseProjectId: isKnown(enterpriseProjectId) ? enterpriseProjectId : parts.enterpriseProjectId,
        title: (name, volumeId) => codec.title(name, volumeId),
        prefix: (name) => codec.prefix(name),
        holder: (name, ownershipId) => this.#holder(call, name, ownershipId),
      };
    } catch (error) {
      throw inOperation(error, operation);
    } finally {
      operation.finish();
    }
  }

  /**
   * The program reaches the service another way than before: every disk of the
   * state must show there. A wrong address, kept in state, would make all of
   * them look deleted, and a delete look done.
   */
  async #requireShown(context: StepContext, { disks, place }: SetState): Promise<void> {
    const { endpoint } = place;
    if (endpoint === undefined) return;
    const failure = await attempt(context, "Changing data disks", async (operation) => {
      let seen: DesktopSnapshot | undefined;
      for (const { volumeId } of disks.values()) {
        if (seen !== undefined && findVolume(seen, volumeId) !== undefined) continue;
        seen = await readWith(context.desktop, volumeId, operation);
        if (findVolume(seen, volumeId) === undefined)
          throw notShownElsewhere(operation.title, volumeId, endpoint, context.place.endpoint);
      }
    });
    if (failure !== undefined) throw failure;
  }

  #holder(call: Call, name: string, ownershipId: string): Holder {
    const path = this.codec.path(name);
    return { ownershipId, title: `${this.codec.kind} ${call.resourceKey}${path === "" ? "" : `, ${path}`}` };
  }

  #result(state: SetState, id: string, failure: CoreError | undefined): Result {
    return { id, state: this.codec.writeState(state), ...(failure === undefined ? {} : { failure }) };
  }
}
