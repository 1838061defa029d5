/** Writes down what a history comes to, for the judge. */
import type { HistoryEvent } from "huaweicloud-workspace-emulator";
import type {
  ChangeRecord,
  EndingCommand,
  HistoryRecord,
  OperationRecord,
  ProcessRecord,
  RealDisk,
  RequestRecord,
  StateRecord,
  TextRecord,
} from "./judge/record";
import type { HttpAnswer, SentHttp } from "./provider";

/** What the recorder asks the world. */
interface RecordedWorld {
  readonly clock: { now(): number };
  readonly initial: readonly RealDisk[];
  disks(): RealDisk[];
  events(): HistoryEvent[];
}

export class Recorder {
  readonly #processes: ProcessRecord[] = [];
  readonly #operations: OperationRecord[] = [];
  readonly #requests: RequestRecord[] = [];
  readonly #texts: TextRecord[] = [];
  readonly #states: StateRecord[] = [];
  readonly #ending: EndingCommand[] = [];
  readonly #secrets = new Set<string>();
  #order = 0;

  constructor(private readonly world: RecordedWorld) {}

  now(): number {
    return this.world.clock.now();
  }

  startProcess(id: string, stack: string): ProcessRecord {
    const process = { id, stack };
    this.#processes.push(process);
    return process;
  }

  begin(facts: Omit<OperationRecord, "id" | "startedAt">): OperationRecord {
    const operation = { id: `op${this.#operations.length + 1}`, startedAt: this.now(), ...facts };
    this.#operations.push(operation);
    return operation;
  }

  end(operation: OperationRecord, end: Pick<OperationRecord, "outcome" | "result">): void {
    Object.assign(operation, { ...end, endedAt: this.now() });
  }

  say(text: Omit<TextRecord, "at">): void {
    this.#texts.push({ at: this.now(), ...text });
  }

  state(state: Omit<StateRecord, "at">): void {
    this.#states.push({ at: this.now(), ...state });
  }

  ending(command: EndingCommand): void {
    this.#ending.push(command);
  }

  secret(text: string | undefined): void {
    if (text !== undefined && text !== "") this.#secrets.add(text);
  }

  /** A request leaves: gives its record, whose label the emulator is to see. */
  leave(process: string, { method, url, headers, body }: SentHttp): RequestRecord {
    for (const [name, value] of Object.entries(headers)) {
      if (/^(X-Auth-Token|X-Security-Token)$/i.test(name)) this.secret(value);
      this.secret(/Signature=(\w+)/.exec(value)?.[1]);
    }
    const { pathname, search, searchParams } = new URL(url);
    const change = changeOf(method, pathname, body);
    const request: RequestRecord = {
      label: `${process}#${this.#requests.length + 1}`,
      process,
      at: this.now(),
      method,
      path: pathname + search,
      order: { left: (this.#order += 1) },
      desktops: this.#desktopsOf(pathname, searchParams, body, change),
      ...(change === undefined ? {} : { change }),
    };
    this.#requests.push(request);
    return request;
  }

  /** Its answer has come, or the failure instead. */
  answer(request: RequestRecord, answer: HttpAnswer | undefined): void {
    this.secret(answer?.headers["x-subject-token"]);
    request.answeredAt = this.now();
    request.order.answered = this.#order += 1;
    if (answer === undefined) return;
    request.status = answer.status;
    const isLook = request.method === "GET" && request.path.includes("/desktops/");
    if (isLook && answer.status === 200) request.shows = volumesIn(answer.text);
  }

  record(): HistoryRecord {
    return {
      processes: this.#processes,
      operations: this.#operations,
      requests: this.#requests,
      texts: this.#texts,
      states: this.#states,
      events: this.world.events(),
      initial: this.world.initial,
      secrets: [...this.#secrets],
      ending: this.#ending,
      endedAt: this.now(),
    };
  }

  #desktopsOf(
    path: string,
    query: URLSearchParams,
    body: string | undefined,
    change: ChangeRecord | undefined,
  ): string[] {
    const inPath = /\/desktops\/([^/]+)/.exec(path)?.[1];
    if (inPath !== undefined && inPath !== "detail") return [decodeURIComponent(inPath)];
    const inQuery = query.getAll("desktop_id").flatMap((value) => value.split(","));
    if (inQuery.length > 0) return inQuery;
    const inBody = [...(body ?? "").matchAll(/"desktop_id":"([^"]+)"/g)].map(([, id]) => id ?? "");
    if (inBody.length > 0) return [...new Set(inBody)];
    if (change === undefined) return [];
    const here = this.world.disks().filter(({ volumeId }) => change.volumeIds.includes(volumeId));
    return [...new Set(here.map(({ desktop }) => desktop))];
  }
}

function changeOf(method: string, path: string, body = "{}"): ChangeRecord | undefined {
  if (method === "GET" || path.includes("/v3")) return undefined;
  const sent = parsed(body) as {
    volumes?: unknown[];
    volume_ids?: string[];
    desktop_volumes?: { volumes: unknown[] }[];
    desktop_volumes_expansion?: { volume_id: string }[];
  };
  const expanded = sent.desktop_volumes_expansion?.map(({ volume_id: id }) => id);
  const volumeIds = sent.volume_ids ?? expanded ?? [];
  if (path.endsWith("/batch-delete")) return { kind: "delete", volumeIds, count: volumeIds.length };
  if (path.endsWith("/expand")) return { kind: "grow", volumeIds, count: volumeIds.length };
  if (path.endsWith("/batch-modify-qos")) return { kind: "tune", volumeIds, count: volumeIds.length };
  const added = sent.volumes ?? sent.desktop_volumes?.flatMap(({ volumes }) => volumes) ?? [];
  return path.endsWith("/volumes") ? { kind: "add", volumeIds: [], count: added.length } : undefined;
}

/** The ids of volumes in an answer that can be read. */
function volumesIn(text: string): string[] {
  if (parsed(text) === undefined) return [];
  return [...text.matchAll(/"volume_id":"([^"]+)"/g)].map(([, id]) => id ?? "");
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
