import type { WorkspaceClient } from "../api/client";
import { type Desktop, type Gone, listDesktops, showDesktop } from "../api/desktops";
import type { JobPoller } from "../api/jobPoller";
import type { JobWork } from "../api/recentJobs";
import { type JobEnd, type JobFilter, listJobs } from "../api/jobs";
import { idKey, isSameId, readTimes } from "../api/response";
import {
  addVolumes,
  deleteVolumes,
  expandVolumes,
  type Sent,
  tuneVolumes,
  type Volume,
  type VolumeSpec,
} from "../api/volumes";
import { CoreError, TimeoutError } from "../errors";
import type { AuditRecord, Clock, Log } from "../host";
import { limited, type OperationContext, SharedWork, type Waiter } from "../operation";
import type { Tally } from "../tally";
import { ABSENT_FOR_MS, deletedSince, DesktopAnswers, type ReadKind } from "./absence";
import type { DesktopContext, JobListing, Member } from "./batch";
import type { VolumeOwnership } from "./ownership";
import { type BatchingWindow, DesktopQueue, PendingRequest } from "./queue";
import { runBatch } from "./runBatch";
import type { SharedReads } from "./sharedReads";
import type { DesktopSnapshot, ShownDesktop } from "./snapshot";
import type { VolumeRequest } from "./volumeRequest";

/** Between answers that are to prove an absence, in ms. */
const ABSENCE_PAUSE_MS = 7_500;
/** An absence that is not proved within this time, in ms, is not proved. */
const ABSENCE_LIMIT_MS = 2 * ABSENT_FOR_MS;
/** What only adds evidence is given up after this time, in ms. */
const EVIDENCE_TIMEOUT_MS = 10_000;

/** What all desktops of a connection share. */
export interface DesktopParts {
  client: WorkspaceClient;
  poller: JobPoller;
  /** For reads that the engine asks for. */
  reads: SharedReads;
  /** For reads before and after a change. */
  batchReads: SharedReads;
  window: BatchingWindow;
  ownership: VolumeOwnership;
  tally: Tally;
  /** Ids of the jobs that this process started in this project. */
  ownJobs: Set<string>;
  audit(record: AuditRecord): void;
}

/** What is to be proved. */
interface Disk {
  volumeId: string;
  createTime?: string | undefined;
}

/** One desktop of the service: its queue, its calls, and what they have shown. */
export class LiveDesktop implements DesktopContext {
  name: string;
  readonly knownJobs = new Set<string>();
  readonly #queue: DesktopQueue;
  readonly #answers = new DesktopAnswers();
  /** When this process added a disk, by the clock: answers before do not have it. */
  readonly #addedAt = new Map<string, number>();
  /** Ids of disks as they were written first: a service that writes one in another case shows no other disk. */
  readonly #spelled = new Map<string, string>();
  readonly #nextAnswer: SharedWork<void>;
  #proofAt = -Infinity;
  /** A single read usually is why a proof begins. */
  #proofKind: ReadKind = "single";
  /** The service itself said so while an absence was being proved. */
  #goneSaid: string | undefined;
  #serverTime: { at: number; serverTime: number } | undefined;

  constructor(
    readonly desktopId: string,
    private readonly parts: DesktopParts,
  ) {
    this.name = desktopId;
    this.#queue = new DesktopQueue(parts.window, (batch) => runBatch(this, batch));
    this.#nextAnswer = new SharedWork((waiter) => this.#takeNextAnswer(waiter));
  }

  get clock(): Clock {
    return this.parts.client.clock;
  }
  get log(): Log {
    return this.parts.client.log;
  }
  get ownership(): VolumeOwnership {
    return this.parts.ownership;
  }
  get ownJobs(): Set<string> {
    return this.parts.ownJobs;
  }
  get knownVolumes(): Iterable<string> {
    return this.#spelled.values();
  }

  submit(request: VolumeRequest, operation: OperationContext): Promise<Volume | undefined> {
    const { beforeIds = [], named = [] } = (request.kind === "add" ? request.pending : undefined) ?? {};
    for (const volumeId of [...beforeIds, ...named]) this.#spelled.set(idKey(volumeId), volumeId);
    const end = this.parts.tally.begin(this.desktopId);
    const pending = new PendingRequest(request, operation, this.desktopId, this.clock);
    return this.#queue.submit(pending).then(
      (volume) => {
        end("done");
        return volume;
      },
      (error: unknown) => {
        end("failed");
        throw error;
      },
    );
  }

  /** For the engine: ShowDesktopDetail, or what a list shows where several desktops are read in the same moment. */
  readForEngine(waiter: Waiter): Promise<DesktopSnapshot> {
    return this.#readListed(this.parts.reads, waiter, ({ desktop }) => desktop.listed);
  }

  readShared(waiter: Waiter, isEnough: (now: ShownDesktop) => boolean): Promise<DesktopSnapshot> {
    return this.#readListed(this.parts.batchReads, waiter, isEnough);
  }

  async #readListed(
    reads: SharedReads,
    waiter: Waiter,
    isEnough: (now: ShownDesktop) => boolean,
  ): Promise<DesktopSnapshot> {
    const listed = await reads.listed(this.desktopId, waiter);
    if (listed === undefined) return this.read(waiter);
    // A row without a list of disks is no complete answer: the list may have been left out.
    const shown = listed.listed ? this.#complete(listed, "list") : this.#shown(listed);
    const row: ShownDesktop = { ...shown, isRow: true };
    return isEnough(row) ? row : this.read(waiter);
  }

  async read(waiter: Waiter): Promise<DesktopSnapshot> {
    const answer = await showDesktop(this.parts.client, this.desktopId, waiter);
    if (!answer.gone) return this.#complete(answer, "single");
    this.#note("single", undefined);
    if (answer.certainty === "proved") return this.#gone(answer);
    // Such a refusal may mean something else: only lists that do not have the desktop confirm it.
    const verdict = (await this.#prove([undefined], waiter)).get(undefined);
    if (verdict === "gone") return this.#gone(answer);
    const listed = await this.readByList(waiter);
    if (listed !== undefined) return listed;
    throw (
      answer.error ??
      new CoreError({ code: "HWD1304", failed: `Reading desktop ${this.desktopId}`, why: answer.said })
    );
  }

  async readByList(waiter: Waiter): Promise<DesktopSnapshot | undefined> {
    try {
      const wait = limited(waiter, EVIDENCE_TIMEOUT_MS, this.clock);
      const { found, deleted, complete } = await listDesktops(this.parts.client, [this.desktopId], wait);
      const desktop = found.get(this.desktopId);
      if (desktop !== undefined) return this.#complete(desktop, "list");
      if (complete || deleted.has(this.desktopId)) this.#note("list", undefined);
    } catch (error) {
      if (waiter.signal.aborted) throw error;
      this.log.debug(`desktop ${this.desktopId} cannot be listed: ${String(error)}`);
    }
    return undefined;
  }

  async proveGone(
    volumeId: string,
    waiter: Waiter,
    createTime?: string,
  ): Promise<"there" | "gone" | "unproved"> {
    return (await this.proveAllGone([{ volumeId, createTime }], waiter)).get(volumeId) ?? "unproved";
  }

  async proveAllGone(
    disks: readonly Disk[],
    waiter: Waiter,
  ): Promise<ReadonlyMap<string, "there" | "gone" | "unproved">> {
    const verdicts = await this.#prove(disks, waiter);
    return new Map(disks.map(({ volumeId }) => [volumeId, verdicts.get(volumeId) ?? "unproved"]));
  }

  async send(members: readonly Member[], waiter: Waiter): Promise<Sent> {
    const { client } = this.parts;
    const requests = members.map(({ request }) => request);
    const [first] = requests;
    const ids = [...new Set(requests.flatMap((one) => (one.kind === "add" ? [] : [one.volumeId])))];
    const sent = await (first?.kind === "add"
      ? addVolumes(
          client,
          this.desktopId,
          requests.flatMap((one) => (one.kind === "add" ? [one.spec] : [])),
          first.enterpriseProjectId,
          waiter,
        )
      : first?.kind === "qos"
        ? tuneVolumes(client, ids, first, waiter)
        : first?.kind === "grow"
          ? expandVolumes(
              client,
              this.desktopId,
              requests.flatMap((one) => (one.kind === "grow" ? [one] : [])),
              waiter,
            )
          : deleteVolumes(client, this.desktopId, ids, waiter));
    if (sent.outcome === "accepted") this.ownJobs.add(sent.jobId);
    return sent;
  }

  waitForJob(jobId: string, waiter: Waiter, work?: JobWork): Promise<JobEnd> {
    const ended = this.parts.poller.wait(jobId, waiter, work);
    return work === undefined ? ended : this.parts.tally.duringJob(ended);
  }

  async listJobs(filter: JobFilter, waiter: Waiter): Promise<JobListing | undefined> {
    try {
      const wait = limited(waiter, EVIDENCE_TIMEOUT_MS, this.clock);
      const listing = await listJobs(this.parts.client, { atMost: 2, ...filter }, wait);
      const jobs = listing.jobs.map((job) =>
        isSameId(job.desktopId, this.desktopId) ? { ...job, desktopId: this.desktopId } : job,
      );
      for (const { jobId, desktopId } of jobs) if (desktopId === this.desktopId) this.knownJobs.add(jobId);
      return { ...listing, jobs };
    } catch (error) {
      if (waiter.signal.aborted) throw error;
      this.log.debug(`the jobs of desktop ${this.desktopId} cannot be listed: ${String(error)}`);
      return undefined;
    }
  }

  pause(error: Error, attempt: number, waiter: Waiter): Promise<void> {
    return this.parts.client.pause(error, attempt, waiter);
  }

  giveWay<T>(wait: () => Promise<T>): Promise<T> {
    return this.#queue.giveWay(wait);
  }

  alsoLookedFor(request: VolumeRequest): readonly VolumeSpec[] {
    return this.#queue.alsoLookedFor(request);
  }

  noteAdded(volumeId: string, { request, operation }: Member): void {
    this.#addedAt.set(idKey(volumeId), this.clock.now());
    const { resourceKey } = operation.call;
    const holder = request.kind === "add" ? request.holder : undefined;
    this.ownership.hold(volumeId, holder ?? { ownershipId: `run:${resourceKey}`, title: resourceKey });
  }

  audit(record: AuditRecord): void {
    this.parts.audit(record);
  }

  get overall(): string | undefined {
    return this.parts.tally.line;
  }

  /** The verdict for each disk, or for the desktop itself (`undefined`); everybody who asks shares the answers. */
  async #prove(
    disks: readonly (Disk | undefined)[],
    waiter: Waiter,
  ): Promise<Map<string | undefined, "there" | "gone" | "unproved">> {
    const startedAt = this.clock.now();
    this.#goneSaid = undefined;
    let deleted: ReadonlyMap<string, number> | undefined;
    for (;;) {
      const verdicts = disks.map((disk) => {
        const volumeId = disk?.volumeId;
        if (this.#goneSaid !== undefined) return [volumeId, "gone"] as const;
        const key = volumeId === undefined ? undefined : idKey(volumeId);
        const since = this.#addedAt.get(key ?? "") ?? 0;
        const deletedFrom = deleted?.get(volumeId ?? "");
        const verdict = this.#answers.verdict({ volumeId: key, since, freshFrom: startedAt, deletedFrom });
        return [volumeId, verdict] as const;
      });
      const isOver = this.clock.now() - startedAt > ABSENCE_LIMIT_MS;
      if (isOver || verdicts.every(([, verdict]) => verdict !== "open")) {
        return new Map(verdicts.map(([id, verdict]) => [id, verdict === "open" ? "unproved" : verdict]));
      }
      if (deleted === undefined) {
        deleted = await this.#deletedByJobs(disks, waiter);
        continue;
      }
      await this.#nextAnswer.join(waiter, `Proving that disks of desktop ${this.desktopId} are gone`);
    }
  }

  /** Disks that a delete job on this desktop, newer than the disk, may have deleted; see `AbsenceQuestion.deletedFrom`. */
  async #deletedByJobs(
    disks: readonly (Disk | undefined)[],
    waiter: Waiter,
  ): Promise<ReadonlyMap<string, number>> {
    const dated = disks.flatMap((disk) =>
      disk === undefined ? [] : [{ volumeId: disk.volumeId, createdAt: readTimes(disk.createTime) }],
    );
    const created = dated.flatMap(({ createdAt }) => createdAt);
    const now = this.#serverNow();
    if (created.length === 0 || now === undefined) return new Map();
    const listing = await this.listJobs({ kind: "delete", since: Math.min(...created) }, waiter);
    const facts = { desktopId: this.desktopId, now };
    return new Map(
      dated.flatMap(({ volumeId, createdAt }) => {
        const ago = deletedSince(createdAt, listing?.jobs ?? [], facts);
        return ago === undefined ? [] : [[volumeId, this.clock.now() - ago] as const];
      }),
    );
  }

  /** One more answer, by the other kind of call than the last one. */
  async #takeNextAnswer(waiter: Waiter): Promise<void> {
    const wait = this.#proofAt + ABSENCE_PAUSE_MS - this.clock.now();
    if (wait > 0) await this.clock.sleep(Math.min(wait, waiter.remaining()), waiter.signal);
    this.#proofKind = this.#proofKind === "single" ? "list" : "single";
    try {
      if (this.#proofKind === "list") await this.readByList(waiter);
      else {
        const answer = await showDesktop(this.parts.client, this.desktopId, waiter);
        if (!answer.gone) this.#complete(answer, "single");
        else if (answer.certainty === "proved") this.#goneSaid = answer.said;
        else this.#note("single", undefined);
      }
    } catch (error) {
      // What proves nothing is no answer; the other kind of call may still tell.
      if (error instanceof TimeoutError || waiter.signal.aborted) throw error;
      this.log.debug(`desktop ${this.desktopId} cannot be read: ${String(error)}`);
    }
    this.#proofAt = this.clock.now();
  }

  /** A complete answer, which is evidence of what the desktop does not have. */
  #complete(desktop: Desktop, kind: ReadKind): ShownDesktop {
    const shown = this.#shown(desktop);
    this.#note(kind, new Set(shown.volumes.map(({ volumeId }) => idKey(volumeId))));
    return shown;
  }

  #shown(desktop: Desktop): ShownDesktop {
    const { serverTime } = desktop;
    // A desktop that shows one disk twice has it once.
    const spelled = desktop.volumes.map((volume) => ({ ...volume, volumeId: this.#spell(volume.volumeId) }));
    const volumes = [...new Map(spelled.map((volume) => [volume.volumeId, volume])).values()];
    this.name = desktop.computerName;
    if (serverTime !== undefined) this.#serverTime = { at: this.clock.now(), serverTime };
    return { gone: false, desktop: { ...desktop, volumes }, volumes, at: this.clock.now() };
  }

  #spell(volumeId: string): string {
    const key = idKey(volumeId);
    const spelled = this.#spelled.get(key) ?? volumeId;
    this.#spelled.set(key, spelled);
    return spelled;
  }

  /** A refusal is about the place that was asked: another one may have the desktop. */
  #gone({ said, deleted }: Gone): DesktopSnapshot {
    const { desktopId } = this;
    if (deleted === true) return { gone: true, desktopId, said, deleted };
    const { projectId, region } = this.parts.client.session;
    const why = `there is no desktop ${desktopId} in project ${projectId} of region ${region} (${said})`;
    return { gone: true, desktopId, said: why };
  }

  #note(kind: ReadKind, volumeIds: ReadonlySet<string> | undefined): void {
    this.#answers.note({ at: this.clock.now(), kind, volumeIds });
  }

  /** The service's time of day now, from its last answer and the time since. */
  #serverNow(): number | undefined {
    const last = this.#serverTime;
    return last === undefined ? undefined : last.serverTime + (this.clock.now() - last.at);
  }
}
