import type { AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import { defaultAccount, type AccountSpec } from "./accounts";
import { Admin, type ClockMove, type ClockView } from "./admin";
import type { ClockMode } from "./clock";
import type { Operation } from "./contract";
import type { DesktopRecord, DesktopSpec } from "./desktops";
import type { DialectName } from "./dialects";
import type { Fault, OrderedFault } from "./faults";
import type { HistoryEvent } from "./history";
import type { RateLimit } from "./rate-limit";
import type { LoggedRequest, RequestLogView } from "./request-log";
import { invalidParameter } from "./refusals";
import type { SecondActorSpec } from "./second-actor";
import type { Seed } from "./seed-file";
import { buildServer } from "./server";
import { FileKeeper } from "./keeper";
import { State, type JobTime, type StateOptions } from "./state";
import { StateFile } from "./state-file";
import { Validation } from "./validation";
import { accountsSchema, optionsSchema } from "./world-schema";
import type { Answer } from "./workspace-api";

export interface EmulatorOptions {
  /** TCP port; 0 takes a free one. Default: 0 */
  port?: number;
  /** Address to listen on. Default: 127.0.0.1, which nobody else can reach. */
  host?: string;
  /**
   * Keeps the world in this file, and goes on with the world that the file has.
   * What describes the world at the start (accounts, desktops, seed, dialects,
   * clock, skewMs, secondActor) is for a new file only. Default: nothing is kept
   */
  stateFile?: string;
  /** Called when the state file cannot be written: from then on, no answer to a change is sent. Default: a warning */
  onStateLost?: (error: Error) => void;
  /** How many numbered desktops the first project has at the start. Default: 0 */
  desktops?: number;
  /** How long a job takes, in ms, fixed or in a range. Default: 1000 */
  jobTimeMs?: JobTime;
  /** How long tokens are good for, in ms. Default: 24 hours */
  tokenLifetimeMs?: number;
  /** Makes job times from a range, the order of disks, and what dialects draw, the same in every run. Default: 1 */
  seed?: number;
  /**
   * Dialects spoken besides the plain reading of the documents; `no-NAME` leaves
   * one of the plain reading out. Default: the plain reading alone
   */
  dialects?: readonly string[];
  /** The longest lag of the dialect lagging-reads, in ms. Default: 10,000 */
  maxLagMs?: number;
  /** How many requests of one account the gateway takes. Default: any number */
  rateLimit?: RateLimit;
  /** Somebody else who works on the desktops from the start. Default: nobody */
  secondActor?: SecondActorSpec;
  /** Default: "real" */
  clock?: ClockMode;
  /** The time of day in ms since 1970. Default: the machine's */
  wall?: () => number;
  /** By how much the service's time of day is off, in ms: signed dates are held against it. Default: 0 */
  skewMs?: number;
  /** Who may use it, and what they have. Default: one account with one project. */
  accounts?: AccountSpec[];
  /** Requests that the log holds before it forgets the oldest. Default: 20,000 */
  maxRequests?: number;
  /** Jobs a project keeps before it forgets the oldest finished one. Default: 10,000 */
  maxJobs?: number;
  /** Holds every answer against openapi.yaml and answers 500 where it does not fit. Default: false */
  checkAnswers?: boolean;
  /** Called for each request when its answer is about to be sent. */
  onRequest?: (request: LoggedRequest) => void;
}

/** Environment variables that point a client at the emulator. */
export interface EmulatorEnv {
  HW_REGION_NAME: string;
  HW_ACCESS_KEY: string;
  HW_SECRET_KEY: string;
  HW_PROJECT_ID: string;
  HW_WORKSPACE_ENDPOINT: string;
  HW_AUTH_URL: string;
}

/** An emulator that is listening. */
export class Emulator {
  /** Such as http://127.0.0.1:41234 */
  readonly url: string;
  /** For the first project of the first account, with its first access key. */
  readonly env: EmulatorEnv;

  /** Whether its world comes from a state file that was there before. */
  readonly restored: boolean;

  /** @internal Use startEmulator. */
  constructor(
    private readonly app: FastifyInstance,
    private readonly state: State,
    private readonly admin: Admin,
  ) {
    this.restored = state.isRestored;
    this.url = state.url();
    this.env = this.envFor();
  }

  /**
   * The variables for another project; its account needs an access key.
   * @param projectId default: the first project of the first account
   */
  envFor(projectId?: string): EmulatorEnv {
    for (const { spec, projects } of this.state.directory.accounts) {
      const project = projects.find(({ id }) => projectId === undefined || id === projectId);
      if (!project) continue;
      const key = spec.access_keys?.find(({ projects: only }) => !only || only.includes(project.id));
      return {
        HW_REGION_NAME: project.region,
        HW_ACCESS_KEY: key?.access ?? "",
        HW_SECRET_KEY: key?.secret ?? "",
        HW_PROJECT_ID: project.id,
        HW_WORKSPACE_ENDPOINT: this.url,
        HW_AUTH_URL: `${this.url}/v3`,
      };
    }
    throw new Error(`There is no project ${projectId ?? ""}`);
  }

  /** Adds desktops, or changes those that are known; gives them in full. */
  addDesktops(desktops: DesktopSpec[]): DesktopRecord[] {
    return this.admin.addDesktops({ desktops });
  }

  /** All desktops of all projects, as they are now. */
  desktops(): DesktopRecord[] {
    return this.admin.desktops();
  }

  /** What was asked since the start or the last reset, oldest first. */
  requests(): LoggedRequest[] {
    return this.admin.requests().requests;
  }

  /** As requests(), with the number of those that are no longer known. */
  requestLog(): RequestLogView {
    return this.admin.requests();
  }

  /** The dialects that are spoken. */
  dialects(): DialectName[] {
    return this.admin.dialects();
  }

  /** Speaks the plain reading and these from now on; gives all that are spoken then. */
  setDialects(dialects: readonly string[]): DialectName[] {
    return this.admin.setDialects({ dialects });
  }

  /** Lets somebody else work on the desktops from now on; undefined: nobody any more. */
  setSecondActor(spec: SecondActorSpec | undefined): void {
    this.admin.setSecondActor(spec ?? null);
  }

  /** Everything that really happened to desktops and disks, and by whom, oldest first, whatever answers said. */
  history(): HistoryEvent[] {
    return this.admin.history();
  }

  /** Forgets requests, jobs, faults, desktops and the second actor. */
  reset(): void {
    this.admin.reset();
  }

  /** Orders a fault. */
  addFault(fault: Fault): OrderedFault {
    const [ordered] = this.admin.addFaults(fault);
    if (!ordered) throw new Error("The fault was not taken");
    return ordered;
  }

  faults(): OrderedFault[] {
    return this.admin.faults();
  }

  /** False where there is no such fault. */
  removeFault(id: string): boolean {
    return this.admin.removeFault(id);
  }

  clearFaults(): void {
    this.admin.clearFaults();
  }

  clock(): ClockView {
    return this.admin.clock();
  }

  /** Stops the clock, lets it go on, or moves it. */
  moveClock(move: ClockMove): ClockView {
    return this.admin.moveClock(move);
  }

  /** Moves emulator time forward, in ms. */
  advance(ms: number): void {
    this.admin.moveClock({ advance_ms: ms });
  }

  /** Makes one token, or all, worthless at once. */
  revokeTokens(token?: string): void {
    this.state.revokeTokens(token);
  }

  /** Resolves once everything up to now is in the state file. An answer over HTTP waits for that by itself. */
  async saved(): Promise<void> {
    await this.state.saved();
  }

  /** Ends it at once: open connections are cut, and nothing is left running. */
  async close(): Promise<void> {
    this.state.clock.close();
    await this.app.close();
    await this.state.closeFile();
  }
}

/** Starts an emulator; it listens when the promise resolves. Any number can run side by side. */
export function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  return startSeeded(options, {});
}

/** What a new world gets besides its options. */
export type WorldSeed = Pick<Seed, "desktops" | "faults" | "second_actor">;

/** As startEmulator. The first write of a state file has the seed already; a world that goes on gets none. */
export async function startSeeded(options: EmulatorOptions, seed: WorldSeed): Promise<Emulator> {
  const validation = await Validation.open();
  const wrong = validation.problem(optionsSchema, plainOptions(options));
  if (wrong !== undefined) throw invalidParameter(`options${wrong.startsWith("/") ? "" : " "}${wrong}`);
  const problem = validation.problem(accountsSchema, options.accounts ?? [defaultAccount]);
  if (problem !== undefined) throw invalidParameter(`accounts${problem}`);
  const file = options.stateFile === undefined ? undefined : await StateFile.open(options.stateFile);
  try {
    return await startWith(options, seed, validation, file);
  } catch (error) {
    await file?.close();
    throw error;
  }
}

async function startWith(
  options: EmulatorOptions,
  seed: WorldSeed,
  validation: Validation,
  file: StateFile | undefined,
): Promise<Emulator> {
  const { port = 0, host = "127.0.0.1" } = options;
  const stored = file?.stored;
  const world = stored?.one("world");
  const onLost = options.onStateLost ?? warn;
  const keeper: FileKeeper | undefined = file && new FileKeeper(file, () => state.stored(), onLost);
  const settings: StateOptions = {
    accounts: world?.accounts ?? options.accounts ?? [defaultAccount],
    desktops: options.desktops ?? 0,
    jobTimeMs: options.jobTimeMs ?? 1000,
    tokenLifetimeMs: options.tokenLifetimeMs ?? 24 * 60 * 60 * 1000,
    seed: world?.seed ?? options.seed ?? 1,
    clock: options.clock ?? "real",
    wall: options.wall ?? Date.now,
    skewMs: options.skewMs ?? 0,
    maxRequests: options.maxRequests ?? 20_000,
    maxJobs: options.maxJobs ?? 10_000,
    dialects: stored?.one("dialects") ?? options.dialects ?? [],
    maxLagMs: options.maxLagMs ?? 10_000,
    rateLimit: options.rateLimit,
    onRequest: options.onRequest,
    stored,
  };
  const state: State = new State(settings, keeper);
  if (options.checkAnswers) state.setChecker(answerChecker(validation));
  const admin = new Admin(validation, state);
  const app = buildServer(state, admin, validation);
  try {
    if (!stored) furnish(admin, seed, options.secondActor);
    await app.listen({ port, host });
    await state.saved();
  } catch (error) {
    state.clock.close();
    await app.close();
    throw error;
  }
  const address = app.server.address() as AddressInfo;
  const name = address.family === "IPv6" ? `[${address.address}]` : address.address;
  state.setUrl(`http://${name}:${address.port}`);
  return new Emulator(app, state, admin);
}

function furnish(admin: Admin, { desktops, faults, second_actor }: WorldSeed, actor?: SecondActorSpec): void {
  if (desktops) admin.addDesktops({ desktops });
  for (const fault of faults ?? []) admin.addFaults(fault);
  admin.setSecondActor(second_actor ?? actor ?? null);
}

function warn(error: Error): void {
  process.emitWarning(error);
}

/** Functions and undefined options are no matter of the schema. */
function plainOptions(options: EmulatorOptions): object {
  return Object.fromEntries(
    Object.entries(options).filter(
      ([name, value]) => value !== undefined && !["wall", "onRequest", "onStateLost"].includes(name),
    ),
  );
}

function answerChecker(validation: Validation): (operation: Operation, answer: Answer) => void {
  return (operation, { status, body }) => {
    const schema = operation.answers.get(status);
    if (schema === null && body === undefined) return;
    if (!schema) throw new Error(`${operation.id} answers ${status}, which openapi.yaml does not have`);
    const problem = validation.problem(schema, body);
    if (problem !== undefined)
      throw new Error(`${operation.id} answers what openapi.yaml forbids: ${problem}`);
  };
}
