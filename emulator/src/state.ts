import { derivedId, type Account, type AccountSpec } from "./accounts";
import { Clock, type ClockMode, type StoredClock } from "./clock";
import type { Operation } from "./contract";
import { forgetful, type Entry, type Keeper } from "./keeper";
import { numberedDesktop, type Desktop, type DesktopSpec } from "./desktops";
import { Dialects } from "./dialects";
import { Directory } from "./directory";
import { FaultRules } from "./fault-rules";
import { History } from "./history";
import { Project } from "./project";
import { seededRandom, type Random, type SeededRandom } from "./random";
import { AccountLimits, type RateLimit } from "./rate-limit";
import { invalidParameter } from "./refusals";
import { RequestLog, type LoggedRequest } from "./request-log";
import { SecondActor, type SecondActorSpec } from "./second-actor";
import type { StoredWorld } from "./stored-world";
import type { Answer } from "./workspace-api";

/** How long a job takes, in ms: always the same, or anything in a range. */
export type JobTime = number | { readonly min: number; readonly max: number };

export interface StateOptions {
  readonly accounts: readonly AccountSpec[];
  readonly desktops: number;
  readonly jobTimeMs: JobTime;
  readonly tokenLifetimeMs: number;
  readonly seed: number;
  readonly clock: ClockMode;
  readonly wall: () => number;
  readonly skewMs: number;
  readonly maxRequests: number;
  readonly maxJobs: number;
  readonly dialects: readonly string[];
  readonly maxLagMs: number;
  readonly rateLimit: RateLimit | undefined;
  readonly onRequest: ((request: LoggedRequest) => void) | undefined;
  /** What a state file has; undefined: a new world. */
  readonly stored?: StoredWorld | undefined;
}

/** Everything that one emulator knows. */
export class State {
  readonly clock: Clock;
  readonly rules: FaultRules;
  readonly log: RequestLog;
  readonly directory: Directory;
  readonly projects: readonly Project[];
  random: Random;
  readonly dialects: Dialects;
  /** Undefined where the gateway takes any number of requests. */
  readonly limits: AccountLimits | undefined;
  readonly history: History;
  skewMs: number;
  /** Calls off what is still to come. */
  private readonly pending = new Set<() => void>();
  private secondActor: SecondActor | undefined;
  private readonly options: StateOptions;
  private jobRandom: SeededRandom;
  private gatewayRandom: SeededRandom;
  private checker: ((operation: Operation, answer: Answer) => void) | undefined;
  private address = "";

  /** @param keeper writes down what changes */
  constructor(
    options: StateOptions,
    private readonly keeper: Keeper = forgetful,
  ) {
    this.options = options;
    this.clock = new Clock(options.wall, options.clock);
    this.rules = new FaultRules(this.clock, keeper);
    this.history = new History(keeper);
    this.log = new RequestLog(options.maxRequests);
    this.random = seededRandom(options.seed);
    this.jobRandom = seededRandom(options.seed + 1);
    this.gatewayRandom = seededRandom(options.seed + 3);
    this.dialects = new Dialects(options.dialects, options.seed, options.maxLagMs);
    this.limits = options.rateLimit && new AccountLimits(options.rateLimit);
    this.skewMs = options.skewMs;
    const accounts = options.accounts.map((spec) => this.openAccount(spec));
    this.directory = new Directory(accounts, this.clock, options.tokenLifetimeMs, keeper);
    this.projects = accounts.flatMap((account) => account.projects);
    refuseTwice(
      "project",
      this.projects.map(({ id }) => id),
    );
    refuseTwice(
      "account",
      accounts.map(({ name }) => name),
    );
    refuseTwice(
      "access key",
      accounts.flatMap(({ spec }) => (spec.access_keys ?? []).map(({ access }) => access)),
    );
    if (options.stored) {
      this.restore(options.stored);
      return;
    }
    this.furnish();
    keeper.noteAll();
  }

  /** The time of day as the emulated service has it: signed dates are held against it. */
  readonly wall = (): number => this.options.wall() + this.skewMs;

  /** The emulator's own address. */
  url(): string {
    return this.address;
  }

  setUrl(url: string): void {
    this.address = url;
  }

  /** Has every answer looked at before it is sent. */
  setChecker(checker: (operation: Operation, answer: Answer) => void): void {
    this.checker = checker;
  }

  checkAnswer(operation: Operation, answer: Answer): void {
    this.checker?.(operation, answer);
  }

  noteAnswer(request: LoggedRequest): void {
    this.options.onRequest?.(request);
  }

  readonly revokeTokens = (token?: string): void => {
    this.directory.revokeTokens(token);
  };

  /** Adds or changes desktops, up to the first impossible one. */
  putDesktops(specs: readonly DesktopSpec[]): Desktop[] {
    const places = specs.map((spec) => ({ spec, project: this.projectOf(spec) }));
    return places.map(({ spec, project }) => project.putDesktop(spec));
  }

  /** Lets somebody else work on the desktops from now on, or nobody any more. */
  setSecondActor(spec: SecondActorSpec | undefined): void {
    // One that is refused leaves the present one at work.
    const next = spec && new SecondActor(spec, this);
    this.secondActor?.stop();
    this.secondActor = next;
    this.noteSecondActor();
  }

  noteSecondActor(): void {
    this.keeper.note("second-actor", "", () => this.secondActor?.stored());
  }

  noteClock(): void {
    this.keeper.note("clock", "", () => this.storedClock());
  }

  setDialects(names: readonly string[]): void {
    this.dialects.set(names);
    this.keeper.note("dialects", "", () => this.dialects.deviations);
  }

  /** What a repeating gateway does is drawn with this. */
  readonly drawForGateway: Random = () => {
    this.noteDraws();
    return this.gatewayRandom();
  };

  /** Whether the world comes from a state file. */
  get isRestored(): boolean {
    return this.options.stored !== undefined;
  }

  /** Writes what is left, and lets go of the state file. */
  closeFile(): Promise<void> {
    return this.keeper.close();
  }

  /** Whether there is a state file. */
  get isKept(): boolean {
    return this.keeper !== forgetful;
  }

  /** Resolves once everything up to now is in the state file, if there is one. */
  saved(): Promise<void> {
    return this.keeper.saved();
  }

  /** All that a state file needs. */
  *stored(): Generator<Entry> {
    yield ["world", "", { accounts: this.options.accounts, seed: this.options.seed }];
    yield ["clock", "", this.storedClock()];
    yield ["dialects", "", this.dialects.deviations];
    yield ["faults", "", this.rules.stored()];
    yield ["draws", "", this.storedDraws()];
    yield ["second-actor", "", this.secondActor?.stored() ?? null];
    yield* this.directory.stored();
    for (const project of this.projects) yield* project.stored();
    for (const event of this.history.latest()) yield ["event", "", event];
  }

  /** Does something in so many ms of emulator time, unless everything is reset before. */
  later(ms: number, run: () => void): void {
    const callOff = this.clock.at(this.clock.now() + ms, () => {
      this.pending.delete(callOff);
      run();
    });
    this.pending.add(callOff);
  }

  /** Forgets requests, jobs, faults, desktops and the second actor. Accounts, tokens, dialects and the clock stay. */
  reset(): void {
    this.setSecondActor(undefined);
    for (const callOff of this.pending) callOff();
    this.pending.clear();
    const { seed } = this.options;
    this.random = seededRandom(seed);
    this.jobRandom = seededRandom(seed + 1);
    this.gatewayRandom = seededRandom(seed + 3);
    this.limits?.clear();
    this.log.clear();
    this.rules.clear();
    this.history.clear();
    for (const project of this.projects) project.clear();
    this.keeper.noteAll();
  }

  private restore(stored: StoredWorld): void {
    const clock = stored.one("clock");
    if (clock) {
      this.clock.restore(
        clock,
        stored.events.reduce((latest, { at }) => Math.max(latest, at), 0),
      );
      this.noteClock();
      this.skewMs = clock.skew_ms;
    }
    const draws = stored.one("draws");
    if (draws) {
      this.jobRandom = seededRandom(draws.jobs);
      this.gatewayRandom = seededRandom(draws.gateway);
    }
    this.directory.restore(stored.all("token"), stored.all("key"));
    const [desktops, leaving, jobs] = [stored.all("desktop"), stored.all("leaving"), stored.all("job")];
    for (const project of this.projects) {
      project.restore(
        desktops.filter(({ project_id }) => project_id === project.id),
        leaving.filter(({ desktop }) => desktop.project_id === project.id),
        jobs.filter(({ project: id }) => id === project.id),
      );
    }
    this.history.restore(stored.events);
    const faults = stored.one("faults");
    if (faults) this.rules.restore(faults);
    const actor = stored.one("second-actor");
    if (actor) this.secondActor = new SecondActor(actor.spec, this, actor);
  }

  private storedClock(): StoredClock {
    return { ...this.clock.stored(), skew_ms: this.skewMs };
  }

  private storedDraws(): { jobs: number; gateway: number } {
    return { jobs: this.jobRandom.state(), gateway: this.gatewayRandom.state() };
  }

  private noteDraws(): void {
    this.keeper.note("draws", "", () => this.storedDraws());
  }

  private furnish(): void {
    const first = this.projects[0];
    for (let number = 1; number <= this.options.desktops; number += 1)
      first?.putDesktop(numberedDesktop(number));
    for (const { spec, projects } of this.directory.accounts) {
      spec.projects.forEach(({ desktops = [] }, index) => {
        for (const desktop of desktops) projects[index]?.putDesktop(desktop);
      });
    }
  }

  private projectOf({ desktop_id, project_id }: DesktopSpec): Project {
    const home = this.projects.find((project) => project.find(desktop_id));
    if (project_id === undefined) return home ?? this.firstProject();
    const project = this.projects.find(({ id }) => id === project_id);
    if (!project) throw invalidParameter(`There is no project ${project_id}.`);
    if (home && home !== project) {
      throw invalidParameter(`The desktop ${desktop_id} is in the project ${home.id} already.`);
    }
    return project;
  }

  private firstProject(): Project {
    const [first] = this.projects;
    if (!first) throw invalidParameter("There is no project.");
    return first;
  }

  private openAccount(spec: AccountSpec): Account {
    const id = spec.domain_id ?? derivedId(spec.domain_name);
    const projects = spec.projects.map(({ id: projectId, name, region }) => {
      const projectName = name ?? region;
      return new Project({
        id: projectId ?? derivedId(spec.domain_name, projectName),
        name: projectName,
        region,
        domainId: id,
        clock: this.clock,
        dialects: this.dialects,
        history: this.history,
        jobDuration: () => this.jobDuration(),
        maxJobs: this.options.maxJobs,
        keeper: this.keeper,
      });
    });
    return { id, name: spec.domain_name, spec, projects };
  }

  private jobDuration(): number {
    const { jobTimeMs } = this.options;
    if (typeof jobTimeMs === "number") return jobTimeMs;
    const { min, max } = jobTimeMs;
    this.noteDraws();
    return min + Math.floor(this.jobRandom() * (max - min + 1));
  }
}

function refuseTwice(what: string, names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw invalidParameter(`There is more than one ${what} ${twice}.`);
}
