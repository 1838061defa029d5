/** What was asked for, what was sent, and what really became of it: the promises are held against this. */
import type { HttpRequest, HttpResponse } from "../../auth/http";
import { VOLUMES_A_CALL } from "../../workspace/volumes";
import { REQUESTS_PER_SECOND } from "../../workspace/limiter";
import type { Stage } from "../stage";
import { isTheirs } from "./script";

/** What a 400 that was ordered says, as in ../histories.ts. */
const ORDERED_REFUSAL = '"error_msg":"no"';

/** A job whose answer cannot be read after so many tries is not followed any more (see client.ts): the desktop tells. */
const READ_AT_MOST = 3;

/** A change that one provider process has sent. */
interface Sent {
  desktop: string;
  kind: "add" | "delete" | "grow" | "qos";
  volumeIds: string[];
}

/** Somebody asked for one new disk. At most one may be bought for it. */
export interface AskedDisk {
  on: string;
  kind: string;
  /** Set when the provider has said which one it is. */
  volumeId?: string;
  /** The provider has said that surely none was bought. */
  surelyNot?: boolean;
}

export const kindOf = ({ type, size }: { type?: unknown; size?: unknown }) =>
  `${String(type)} ${String(size)}`;

export class Ledger {
  /** What was promised and not kept. */
  readonly broken: string[] = [];
  readonly asked: AskedDisk[] = [];
  /** Every data disk that was ever seen, and where. */
  readonly seen = new Map<string, { on: string; kind: string }>();
  /** Everything that was sent or got that nobody may see. */
  readonly secrets = new Set<string>();

  constructor(private readonly stage: Stage) {}

  breaks(promise: string): void {
    this.broken.push(`${(this.stage.clock.now() / 1000).toFixed(3)} s: ${promise}`);
  }

  /** The data disks of a desktop as they really are; none of one that was deleted. */
  there(on: string): ReturnType<Stage["disks"]> {
    const desktop = this.stage.emulator.desktops().find(({ desktop_id: id }) => id === on);
    return desktop === undefined || desktop.status === "DELETED" ? [] : desktop.data_volumes;
  }

  isThere(on: string, volumeId: string): boolean {
    return this.there(on).some(({ volume_id: id }) => id === volumeId);
  }

  isGone(on: string): boolean {
    const desktop = this.stage.emulator.desktops().find(({ desktop_id: id }) => id === on);
    return desktop === undefined || desktop.status === "DELETED";
  }

  /** Notes what is there now. */
  look(): void {
    for (const { desktop_id: on, data_volumes: volumes } of this.stage.emulator.desktops()) {
      for (const volume of volumes) {
        if (!this.seen.has(volume.volume_id)) this.seen.set(volume.volume_id, { on, kind: kindOf(volume) });
      }
    }
  }

  /** Disks that were bought by us, there or gone again. */
  bought(): string[] {
    return [...this.seen.keys()].filter((id) => !isTheirs(id));
  }
}

/** Watches what one provider process sends. */
export class Watch {
  /** Disks that this run asked to delete, and by which resource. */
  readonly mayDelete = new Map<string, string>();
  /** Disks that the program means for a resource, and for which. */
  readonly claimed = new Map<string, string>();
  readonly #underWay = new Map<string, number>();
  /** Jobs that the process knows to be going on, by desktop. */
  readonly #going = new Map<string, string>();
  /** How often in a row a job was asked for and nothing was learnt of it. */
  readonly #untold = new Map<string, number>();
  readonly #times: number[] = [];

  constructor(
    private readonly ledger: Ledger,
    private readonly stage: Stage,
  ) {}

  /** Somebody has stopped waiting: what was going on for them is not known any more. */
  forgetJobs(on: string): void {
    this.#going.delete(on);
  }

  sending(request: HttpRequest): void {
    if (!request.url.includes("/v3")) this.#pace();
    for (const [name, value] of Object.entries(request.headers)) {
      if (/^(X-Auth-Token|X-Security-Token)$/i.test(name)) this.ledger.secrets.add(value);
      const signature = /Signature=(\w+)/.exec(value)?.[1];
      if (signature !== undefined) this.ledger.secrets.add(signature);
    }
    const sent = this.#changeOf(request);
    if (sent === undefined) return;
    const { desktop, kind, volumeIds } = sent;
    if ((this.#underWay.get(desktop) ?? 0) > 0)
      this.ledger.breaks(`two changes of ${desktop} were sent at once`);
    const going = this.#going.get(desktop);
    if (going !== undefined)
      this.ledger.breaks(`a ${kind} was sent to ${desktop} while our job ${going} was going on`);
    this.#underWay.set(desktop, (this.#underWay.get(desktop) ?? 0) + 1);
    if (kind === "delete") for (const id of volumeIds) this.#judgeDelete(id);
  }

  noteSecrets({ headers }: HttpResponse): void {
    const token = headers["x-subject-token"];
    if (token !== undefined) this.ledger.secrets.add(token);
  }

  /** What the process has got; nothing where it got no answer. */
  answered(request: HttpRequest, answer: HttpResponse | undefined): void {
    const job = /\/workspace-jobs\/([^/?]+)/.exec(request.url)?.[1];
    if (job !== undefined) this.#sawJob(job, answer);
    const sent = this.#changeOf(request);
    if (sent === undefined) return;
    this.#underWay.set(sent.desktop, (this.#underWay.get(sent.desktop) ?? 1) - 1);
    const jobId = answer?.status === 200 ? jobOf(answer.text) : undefined;
    if (jobId !== undefined) this.#going.set(sent.desktop, jobId);
    if (
      answer?.status === 400 &&
      answer.text.includes('"WKS.0400"') &&
      !answer.text.includes(ORDERED_REFUSAL)
    )
      this.ledger.breaks(
        `the service does not take ${request.method} ${request.url} ${request.body ?? ""}: ${answer.text}`,
      );
  }

  #sawJob(jobId: string, answer: HttpResponse | undefined): void {
    // While an answer is missing the job may still be going on; only a status, or a refusal, says more.
    const missing = answer === undefined || answer.status >= 500 || answer.status === 429;
    const status = missing ? undefined : answer.status === 200 ? statusOf(answer.text) : "refused";
    const untold = status === undefined ? (this.#untold.get(jobId) ?? 0) + 1 : 0;
    this.#untold.set(jobId, untold);
    const givenUp = !missing && untold >= READ_AT_MOST;
    if (status === undefined ? !givenUp : /^(WAITING|RUNNING|INIT)$/.test(status)) return;
    for (const [desktop, going] of this.#going) if (going === jobId) this.#going.delete(desktop);
  }

  #judgeDelete(id: string): void {
    const by = this.mayDelete.get(id);
    if (by === undefined) this.ledger.breaks(`disk ${id} was deleted, and nobody had asked for it`);
    const claimant = this.claimed.get(id);
    if (claimant !== undefined && claimant !== by)
      this.ledger.breaks(`disk ${id} of ${claimant} was deleted for ${by ?? "nobody"}, which had it before`);
  }

  /** A token bucket of one second's worth: so many in any second, and as many at once. */
  #pace(): void {
    const now = this.stage.clock.now();
    this.#times.push(now);
    while ((this.#times[0] ?? now) <= now - 1000) this.#times.shift();
    if (this.#times.length > 2 * REQUESTS_PER_SECOND)
      this.ledger.breaks(`${this.#times.length} requests were sent within a second`);
  }

  #changeOf({ method, url, body }: HttpRequest): Sent | undefined {
    if (method === "GET" || url.includes("/v3")) return undefined;
    const told = JSON.parse(body ?? "{}") as {
      volumes?: object[];
      volume_ids?: string[];
      desktop_volumes_expansion?: { desktop_id: string; volume_id: string }[];
    };
    const grown = told.desktop_volumes_expansion;
    const volumeIds = told.volume_ids ?? grown?.map(({ volume_id: id }) => id) ?? [];
    const count = told.volumes?.length ?? volumeIds.length;
    if (count < 1 || count > VOLUMES_A_CALL) this.ledger.breaks(`a call names ${count} disks: ${url}`);
    const inPath = /\/desktops\/([^/]+)\/volumes/.exec(url)?.[1];
    const desktop = inPath ?? grown?.[0]?.desktop_id ?? this.ledger.seen.get(volumeIds[0] ?? "")?.on ?? "";
    const kind = url.endsWith("/batch-delete")
      ? "delete"
      : url.endsWith("/expand")
        ? "grow"
        : url.endsWith("/batch-modify-qos")
          ? "qos"
          : "add";
    return { desktop, kind, volumeIds };
  }
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function jobOf(text: string): string | undefined {
  const { job_id: id } = parsed(text);
  return typeof id === "string" ? id : undefined;
}

function statusOf(text: string): string | undefined {
  const { status } = parsed(text);
  return typeof status === "string" ? status : undefined;
}
