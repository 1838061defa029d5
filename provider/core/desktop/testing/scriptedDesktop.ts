import type { Desktop } from "../../api/desktops";
import type { JobEnd, JobFilter, JobSummary } from "../../api/jobs";
import type { Sent, Volume } from "../../api/volumes";
import { ApiError } from "../../errors";
import type { ErrorCode } from "../../errorCodes";
import type { AuditRecord, Call } from "../../host";
import { OperationContext, type Waiter } from "../../operation";
import { VirtualTime } from "../../../../testing/virtualTime";
import type { DesktopContext } from "../batch";
import { VolumeOwnership } from "../ownership";
import type { Member } from "../batch";
import { DesktopQueue, PendingRequest } from "../queue";
import { runBatch } from "../runBatch";
import type { DesktopSnapshot, ShownDesktop } from "../snapshot";
import type { VolumeRequest } from "../volumeRequest";
import { at, sec } from "./times";

export const DESKTOP = "desktop-1";

/** What a read shows. `serverTime` and `at` are filled in where it is read. */
export function shown(volumes: readonly Volume[], more: Partial<Desktop> = {}): ShownDesktop {
  const desktop: Desktop = {
    gone: false,
    desktopId: DESKTOP,
    computerName: "team-1",
    status: "ACTIVE",
    runs: true,
    rootVolumeId: "root",
    volumes,
    listed: true,
    serverTime: undefined,
    ...more,
  };
  return { gone: false, desktop, volumes, at: 0 };
}

/** A job that has ended; its times are seconds. */
export function ended(
  jobId: string,
  [begin, end]: readonly [number, number],
  more: Partial<JobEnd> = {},
): JobEnd {
  return {
    jobId,
    state: "succeeded",
    status: "SUCCESS",
    kind: undefined,
    begin: at(begin),
    end: at(end),
    serviceCode: "",
    reason: "",
    failedParts: [],
    progress: undefined,
    ...more,
  };
}

/** A part of a job in the list. */
export function listed(jobId: string, begin: number, more: Partial<JobSummary> = {}): JobSummary {
  return {
    jobId,
    partId: jobId,
    desktopId: DESKTOP,
    kind: "add",
    state: "running",
    status: "RUNNING",
    begin: at(begin),
    end: [],
    serviceCode: "",
    reason: "",
    progress: undefined,
    ...more,
  };
}

/** An answer of the service other than the one asked for. */
export function answered(status: number, serviceCode = "", code: ErrorCode = "HWD1301"): ApiError {
  const facts = { reason: "the service says so", requestId: "r", method: "POST", path: "/volumes" };
  return new ApiError({ code, status, serviceCode, ...facts });
}

/** What comes of a request, and how long it waits for its turn before it leaves; times are filled in. */
export type Reply =
  | { accepted: string; turnMs?: number; afterMs?: number }
  | {
      outcome: "unknown" | "not now" | "refused" | "never sent";
      error: ApiError;
      turnMs?: number;
      afterMs?: number;
    }
  | { throws: Error };

/** What each call of the desktop answers, by the second in which it is made. */
export interface Script {
  /** ShowDesktopDetail. */
  read(second: number): DesktopSnapshot | Error;
  /** The row of a list that desktops share. Default: none, as where only one is read. */
  shared?(second: number): ShownDesktop | undefined;
  /** ListDesktopsDetail. Default: as `read`. */
  list?(second: number): DesktopSnapshot | undefined;
  /** How long that takes. */
  listTakesMs?: number;
  /** One for each request that changes something, in order. */
  sends?: readonly Reply[];
  /** When and how a job ends. */
  jobs?: Readonly<Record<string, readonly [atSecond: number, end: JobEnd]>>;
  /** The job list. Default: empty and complete; undefined: it cannot be read. */
  jobList?(second: number, filter: JobFilter): JobSummary[] | undefined;
  /** Whether the job list has more than was read, by how often it was read. Default: no. */
  isListCut?(reads: number): boolean;
  /** Why nothing new may be sent for a request, by the second. */
  halted?(second: number, request: VolumeRequest): Error | undefined;
  proveGone?(volumeId: string): "there" | "gone" | "unproved";
  /** The answers do not say what time it is. */
  untimed?: boolean;
}

/** One desktop whose calls are answered by a script, in virtual time. Everything that is called is written down. */
export class ScriptedDesktop implements DesktopContext {
  readonly desktopId = DESKTOP;
  readonly name = "team-1";
  readonly time = new VirtualTime();
  readonly ownership = new VolumeOwnership();
  readonly knownJobs = new Set<string>();
  readonly ownJobs = new Set<string>();
  readonly knownVolumes = new Set<string>();
  readonly audited: AuditRecord[] = [];
  readonly said: string[] = [];
  readonly shownLines: string[] = [];
  readonly overall = undefined;
  /** Every call as `second call`. */
  readonly calls: string[] = [];
  /** The phases that the machine has passed. */
  readonly phases: string[] = [];
  readonly #queue: DesktopQueue = new DesktopQueue({ close: () => Promise.resolve() }, (batch) =>
    runBatch(this, batch),
  );
  #sends = 0;
  #lists = 0;

  constructor(private readonly script: Script) {}

  /** Puts a request into the queue of the desktop: its outcome as in `run`. */
  async submit(request: VolumeRequest): Promise<string> {
    const result = await this.#queue.submit(this.member(request)).catch((error: unknown) => error as Error);
    return result instanceof Error ? result.message : (result?.volumeId ?? "done");
  }

  get clock() {
    return this.time.clock;
  }

  readonly log = {
    debug: (message: string) => {
      const phase = /^desktop \S+: (\w+), to/.exec(message)?.[1];
      if (phase !== undefined) this.phases.push(phase);
    },
    info: (message: string) => this.said.push(message),
    warn: (message: string) => this.said.push(message),
  };

  get #second(): number {
    return Math.floor(this.clock.now() / 1000);
  }

  #note(call: string): void {
    this.calls.push(`${(this.clock.now() / 1000).toString()} ${call}`);
  }

  read(): Promise<DesktopSnapshot> {
    this.#note("read");
    const answer = this.script.read(this.#second);
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(this.#now(answer));
  }

  readShared(_waiter: unknown, isEnough: (now: ShownDesktop) => boolean): Promise<DesktopSnapshot> {
    const row = this.script.shared?.(this.#second);
    if (row === undefined) return this.read();
    this.#note("shared list");
    const now: DesktopSnapshot = { ...this.#now(row), isRow: true } as ShownDesktop;
    return isEnough(now) ? Promise.resolve(now) : this.read();
  }

  async readByList(): Promise<DesktopSnapshot | undefined> {
    this.#note("list desktops");
    const { script } = this;
    if (script.listTakesMs !== undefined) await this.clock.sleep(script.listTakesMs);
    const answer = script.list === undefined ? script.read(this.#second) : script.list(this.#second);
    return answer === undefined || answer instanceof Error ? undefined : this.#now(answer);
  }

  #now(answer: DesktopSnapshot): DesktopSnapshot {
    if (answer.gone) return answer;
    const serverTime = this.script.untimed === true ? undefined : sec(this.#second);
    return { ...answer, at: this.clock.now(), desktop: { ...answer.desktop, serverTime } };
  }

  proveAllGone(disks: readonly { volumeId: string }[]) {
    this.#note(`prove gone ${disks.map(({ volumeId }) => volumeId).join()}`);
    const { script } = this;
    const prove = (volumeId: string) => script.proveGone?.(volumeId) ?? "unproved";
    return Promise.resolve(new Map(disks.map(({ volumeId }) => [volumeId, prove(volumeId)])));
  }

  async send(members: readonly Member[], waiter: Waiter): Promise<Sent> {
    const what = members.map(({ request }) =>
      request.kind === "add" ? `${request.spec.type} ${request.spec.size}` : request.volumeId,
    );
    const reply = this.script.sends?.[this.#sends];
    if (reply !== undefined && !("throws" in reply) && reply.turnMs !== undefined) {
      await this.clock.sleep(reply.turnMs, waiter.signal);
      const why = waiter.halted?.();
      if (why !== undefined) throw why;
    }
    this.#note(`${members[0]?.request.kind ?? "?"} ${what.join()}`);
    this.#sends += 1;
    if (reply === undefined) throw new Error(`not expected: ${what.join()}`);
    if ("throws" in reply) throw reply.throws;
    waiter.noteRequest?.();
    const sentAt = this.clock.now();
    if (reply.afterMs !== undefined) await this.clock.sleep(reply.afterMs);
    const window = { sentAt, answeredAt: this.clock.now(), serverTime: undefined };
    if ("outcome" in reply) return { outcome: reply.outcome, error: reply.error, at: window };
    this.ownJobs.add(reply.accepted);
    return { outcome: "accepted", jobId: reply.accepted, requestId: "r", at: window };
  }

  async waitForJob(jobId: string, waiter: { signal: AbortSignal }): Promise<JobEnd> {
    this.#note(`wait for ${jobId}`);
    const [second, end] = this.script.jobs?.[jobId] ?? [Infinity, undefined];
    await this.clock.sleep(Math.min(second * 1000 - this.clock.now(), 1e9), waiter.signal);
    if (end === undefined) throw new Error(`job ${jobId} never ends`);
    return end;
  }

  listJobs(filter: JobFilter) {
    this.#lists += 1;
    this.#note(`list jobs ${filter.kind ?? filter.status ?? ""}`);
    const jobs = this.script.jobList === undefined ? [] : this.script.jobList(this.#second, filter);
    for (const { jobId, desktopId } of jobs ?? []) if (desktopId === DESKTOP) this.knownJobs.add(jobId);
    const complete = this.script.isListCut?.(this.#lists) !== true;
    return Promise.resolve(jobs === undefined ? undefined : { jobs, complete });
  }

  async pause(_error: Error, attempt: number): Promise<void> {
    this.#note("pause");
    await this.clock.sleep(1000 * attempt);
  }

  giveWay<T>(wait: () => Promise<T>): Promise<T> {
    return this.#queue.giveWay(wait);
  }

  alsoLookedFor(request: VolumeRequest) {
    return this.#queue.alsoLookedFor(request);
  }

  noteAdded(volumeId: string): void {
    this.ownership.hold(volumeId, { ownershipId: `of ${volumeId}`, title: volumeId });
  }

  audit(record: AuditRecord): void {
    this.audited.push(record);
  }

  /** Runs these as one batch until each has its outcome: `done`, the id of its disk, or the code and the text of its error. */
  async run(requests: readonly VolumeRequest[], options: { timeoutMs?: number } = {}): Promise<string[]> {
    return (await this.settle(requests, options)).map((result) =>
      result instanceof Error ? result.message : (result?.volumeId ?? "done"),
    );
  }

  /** The same; a failure is the error itself. */
  async settle(
    requests: readonly VolumeRequest[],
    { timeoutMs = 1_800_000 } = {},
  ): Promise<(Volume | Error | undefined)[]> {
    const members = requests.map((request) => this.member(request, timeoutMs));
    const results = Promise.all(
      members.map(({ result }) => result.catch((error: unknown) => error as Error)),
    );
    await this.time.until(Promise.all([runBatch(this, members), results]));
    return results;
  }

  member(request: VolumeRequest, timeoutMs = 1_800_000): PendingRequest {
    const call: Call = {
      phase: "run",
      resourceKey: "resource",
      timeoutMs,
      timeoutSetBy: "customTimeouts",
      report: ({ line }) => this.shownLines.push(line),
      halted: () => this.script.halted?.(this.#second, request),
    };
    const title = request.kind === "add" ? "Adding a disk" : `Changing ${request.volumeId}`;
    const operation = new OperationContext(call, { title }, this.clock);
    return new PendingRequest(request, operation, DESKTOP, this.clock);
  }
}
