import { derivedId, type Account, type AccountSpec } from "./accounts";
import { Clock, type ClockMode } from "./clock";
import type { Operation } from "./contract";
import { numberedDesktop, type Desktop, type DesktopSpec } from "./desktops";
import { Dialects } from "./dialects";
import { Directory } from "./directory";
import { FaultRules } from "./fault-rules";
import { History } from "./history";
import { Project } from "./project";
import { seededRandom, type Random } from "./random";
import { AccountLimits, type RateLimit } from "./rate-limit";
import { invalidParameter } from "./refusals";
import { RequestLog, type LoggedRequest } from "./request-log";
import { SecondActor, type SecondActorSpec } from "./second-actor";
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
}

/** Everything that one emulator knows. */
export class State {
  readonly clock: Clock;
  readonly rules: FaultRules;
  readonly log: RequestLog;
  readonly directory: Directory;
  readonly projects: readonly Project[];
  random: Random;
  /** What a repeating gateway does is drawn from this. */
  gatewayRandom: Random;
  readonly dialects: Dialects;
  /** Undefined where the gateway takes any number of requests. */
  readonly limits: AccountLimits | undefined;
  readonly history = new History();
  skewMs: number;
  /** Calls off what is still to come. */
  private readonly pending = new Set<() => void>();
  private secondActor: SecondActor | undefined;
  private readonly options: StateOptions;
  private jobRandom: Random;
  private checker: ((operation: Operation, answer: Answer) => void) | undefined;
  private address = "";

  constructor(options: StateOptions) {
    this.options = options;
    this.clock = new Clock(options.wall, options.clock);
    this.rules = new FaultRules(this.clock);
    this.log = new RequestLog(options.maxRequests);
    this.random = seededRandom(options.seed);
    this.jobRandom = seededRandom(options.seed + 1);
    this.gatewayRandom = seededRandom(options.seed + 3);
    this.dialects = new Dialects(options.dialects, options.seed, options.maxLagMs);
    this.limits = options.rateLimit && new AccountLimits(options.rateLimit);
    this.skewMs = options.skewMs;
    const accounts = options.accounts.map((spec) => this.openAccount(spec));
    this.directory = new Directory(accounts, this.clock, options.tokenLifetimeMs);
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
    this.furnish();
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
      });
    });
    return { id, name: spec.domain_name, spec, projects };
  }

  private jobDuration(): number {
    const { jobTimeMs } = this.options;
    if (typeof jobTimeMs === "number") return jobTimeMs;
    const { min, max } = jobTimeMs;
    return min + Math.floor(this.jobRandom() * (max - min + 1));
  }
}

function refuseTwice(what: string, names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw invalidParameter(`There is more than one ${what} ${twice}.`);
}
