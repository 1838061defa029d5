import { signatureOf } from "../signing";
import type { Emulator } from "../emulator";

/** An answer as it came over the wire. */
export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  /** The body as JSON; undefined where it is none. */
  json: Json | undefined;
}

/** JSON of which a test says what it expects. */
export type Json = Record<string, unknown>;

/** Where an emulator is. */
type Address = Pick<Emulator, "url">;

export interface AskOptions {
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** One request without any credentials. */
export async function ask(
  emulator: Address,
  method: string,
  path: string,
  { body, headers = {}, signal }: AskOptions = {},
): Promise<Reply> {
  const response = await fetch(`${emulator.url}${path}`, {
    method,
    redirect: "manual",
    headers: { ...(body !== undefined && { "Content-Type": "application/json" }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parsed(text) };
}

/** A plain client with an access key, for one project. */
export class Client {
  constructor(
    private readonly emulator: Pick<Emulator, "url" | "env">,
    private readonly env = emulator.env,
  ) {}

  /** A signed request; `path` begins behind the project, as in `/desktops/detail`. */
  call(method: string, path: string, body?: unknown, options: SignOptions = {}): Promise<Reply> {
    return this.raw(method, `/v2/${this.env.HW_PROJECT_ID}${path}`, body, options);
  }

  /** A signed request to any path. */
  raw(method: string, url: string, body?: unknown, options: SignOptions = {}): Promise<Reply> {
    const headers = sign(this.emulator, method, url, body, {
      access: this.env.HW_ACCESS_KEY,
      secret: this.env.HW_SECRET_KEY,
      ...options,
    });
    return ask(this.emulator, method, url, {
      body,
      headers: { ...headers, ...(options.label !== undefined && { "X-Emulator-Label": options.label }) },
      ...(options.signal && { signal: options.signal }),
    });
  }

  /** Begins a change that is expected to be taken, and gives the job's id. */
  async begin(method: string, path: string, body: unknown): Promise<string> {
    const reply = await this.call(method, path, body);
    if (reply.status !== 200) throw new Error(`${method} ${path}: ${reply.status} ${reply.text}`);
    return String(reply.json?.job_id);
  }

  add(desktopId: string, ...volumes: object[]): Promise<Reply> {
    return this.call("POST", `/desktops/${desktopId}/volumes`, { volumes });
  }

  async desktop(desktopId: string): Promise<DesktopJson> {
    const reply = await this.call("GET", `/desktops/${desktopId}`);
    return reply.json?.desktop as DesktopJson;
  }

  /** The data disks of a desktop; none where it comes without the list. */
  async disks(desktopId: string): Promise<VolumeJson[]> {
    return (await this.desktop(desktopId)).data_volumes ?? [];
  }

  async job(jobId: string): Promise<JobJson> {
    return (await this.call("GET", `/workspace-jobs/${jobId}`)).json as unknown as JobJson;
  }
}

export interface SignOptions {
  access?: string;
  secret?: string;
  securityToken?: string;
  /** X-Sdk-Date; default: now */
  date?: string;
  /** X-Emulator-Label */
  label?: string;
  signal?: AbortSignal;
}

export interface VolumeJson {
  volume_id: string;
  id: string;
  type: string;
  size: number;
  iops?: number | null;
  throughput?: number | null;
  kms_id?: string | null;
}

export interface DesktopJson {
  desktop_id: string;
  status: string;
  task_status?: string | null;
  process?: number | null;
  root_volume: VolumeJson;
  data_volumes?: VolumeJson[];
}

export interface SubJobJson {
  id: string;
  job_id: string;
  status: string;
  process?: number;
  error_code?: string | null;
  fail_reason?: string | null;
  entities?: { desktop_id: string };
}

export interface JobJson {
  id: string;
  status: string;
  job_type: string;
  job_error_code?: string | null;
  fail_reason?: string | null;
  end_time?: string | null;
  sub_jobs: SubJobJson[];
  sub_jobs_total: number;
}

/** The headers that sign a request with an access key. */
export function sign(
  emulator: Address,
  method: string,
  url: string,
  body: unknown,
  { access = "", secret = "", securityToken, date = sdkDate(Date.now()) }: SignOptions,
): Record<string, string> {
  const headers: Record<string, string> = {
    "x-sdk-date": date,
    ...(securityToken !== undefined && { "x-security-token": securityToken }),
  };
  const signed = { ...headers, host: new URL(emulator.url).host };
  const names = Object.keys(signed).sort();
  const bytes = Buffer.from(body === undefined ? "" : JSON.stringify(body));
  const signature = signatureOf({ method, url, headers: signed, body: bytes }, names, date, secret);
  return {
    ...headers,
    authorization: `SDK-HMAC-SHA256 Access=${access}, SignedHeaders=${names.join(";")}, Signature=${signature}`,
  };
}

/** A time in ms since 1970 as X-Sdk-Date has it. */
export function sdkDate(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d+/g, "");
}

/** The code of a refusal, of the service or the gateway. */
export function codeOf(reply: Reply): unknown {
  return reply.json?.error_code;
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
