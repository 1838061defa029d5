import type { VolumeOutcome, VolumeRequest } from "./asked";
import type { Audit } from "./audit";
import type { Desk } from "./desk";
import type { Holdings } from "./holdings";
import type { Operation } from "./operation";
import { DesktopQueue } from "./queue";
import type { Quiet } from "./quiet";
import {
  type Clients,
  JobWatcher,
  listGoingOn,
  type Place,
  type Problem,
  type Volume,
  type WorkspaceClient,
} from "./service";
import { SharedReads } from "./sharedReads";
import { find, look, LOOKS_APART_MS, type Sight } from "./sight";

export interface ProjectParts {
  quiet: Quiet;
  /** Volume ids are unique, so one book serves all projects. */
  holdings: Holdings;
  audit: Audit;
  /** Shows a line about a desktop while something goes on. */
  show: (desktopId: string, line: string) => void;
  /** Throws when nothing new may be sent any more. */
  mayStart: () => void;
}

/** The desktops of one project, each with its queue. */
export class Project {
  readonly #queues = new Map<string, DesktopQueue>();
  readonly #jobs: JobWatcher;
  readonly #reads: SharedReads;

  constructor(
    private readonly client: WorkspaceClient,
    private readonly parts: ProjectParts,
  ) {
    this.#jobs = new JobWatcher(client);
    this.#reads = new SharedReads(client, parts.quiet);
  }

  /** What is really used, to be kept in state. */
  get place(): { region: string; projectId: string; endpoint: string } {
    const { region, projectId, endpoint } = this.client.session;
    return { region, projectId, endpoint };
  }

  /** Puts a change in the desktop's queue. Throws what the desktop room throws, see queue.ts. */
  submit(desktopId: string, request: VolumeRequest, operation: Operation): Promise<VolumeOutcome> {
    return this.#queue(desktopId).submit(request, operation);
  }

  /** One look, shared with others that come in the same moment. */
  look(desktopId: string, operation: Operation): Promise<Sight> {
    return operation.inTime(this.#reads.read(desktopId, operation));
  }

  /**
   * A look for certain volumes. Where one of them is not shown, the desktop is
   * looked at again, alone and some seconds later: what this returns then is
   * proof.
   */
  lookFor(desktopId: string, volumeIds: readonly string[], operation: Operation): Promise<Sight> {
    return operation.inTime(this.#lookFor(desktopId, volumeIds, operation));
  }

  async #lookFor(desktopId: string, volumeIds: readonly string[], operation: Operation): Promise<Sight> {
    const first = await this.#reads.read(desktopId, operation);
    if (volumeIds.every((volumeId) => find(first, volumeId) !== undefined)) return first;
    await this.client.clock.sleep(Math.min(LOOKS_APART_MS, operation.remaining()), operation.signal);
    return look(this.client, desktopId, operation);
  }

  /** The desktops that a job is going on for, whoever began it: two calls for all of them. */
  async busyDesktops(operation: Operation): Promise<Set<string>> {
    const parts = await operation.inTime(listGoingOn(this.client, operation, Infinity));
    return new Set(parts.flatMap(({ desktopId }) => desktopId ?? []));
  }

  /** What the desktop showed after the last add: for hints, not for decisions. */
  seenOn(desktopId: string): readonly Volume[] {
    return this.#queue(desktopId).desk.seen;
  }

  #queue(desktopId: string): DesktopQueue {
    const known = this.#queues.get(desktopId);
    if (known !== undefined) return known;
    const desk: Desk = {
      desktopId,
      client: this.client,
      jobs: this.#jobs,
      holdings: this.parts.holdings,
      seen: [],
      name: desktopId,
      show: this.parts.show,
      audit: this.parts.audit,
      log: this.client.log,
      mayStart: this.parts.mayStart,
    };
    const queue = new DesktopQueue(desk, this.parts.quiet);
    this.#queues.set(desktopId, queue);
    return queue;
  }
}

/** All projects that a run works in. */
export class Projects {
  readonly #projects = new Map<WorkspaceClient, Project>();

  constructor(
    private readonly clients: Clients,
    private readonly parts: ProjectParts,
  ) {}

  /** What is missing or malformed in the settings of a place, told without any call. */
  check(place: Place): Problem[] {
    return this.clients.check(place);
  }

  /** What is in force in a place, as far as it is known without any call. */
  effective(place: Place): Place {
    return this.clients.effective(place);
  }

  /** Throws `CredentialsError`. */
  async open(place: Place): Promise<Project> {
    const client = await this.clients.open(place);
    const project = this.#projects.get(client) ?? new Project(client, this.parts);
    this.#projects.set(client, project);
    return project;
  }
}
