/** What was asked. Secrets are left out. */
export interface LoggedRequest {
  /** Emulator time in ms since 1970. */
  readonly time: number;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string | string[]>>;
  /** The body as JSON; null where there was none. */
  body: unknown;
  /** Null while, or where, no answer was sent. */
  status: number | null;
  /** What the answer carries as X-Request-Id. */
  readonly request_id: string;
  /** The request's header X-Emulator-Label; null where it had none. */
  readonly label: string | null;
  /** Domain name of the account; null where nobody was recognised. */
  account: string | null;
}

export interface RequestLogView {
  /** Oldest first. */
  requests: LoggedRequest[];
  /** So many older ones are no longer known. */
  forgotten: number;
}

/** Bodies above this size, in bytes, are not kept. */
const maxBodyBytes = 16 * 1024;
/** The bodies of all kept requests together, in bytes. */
const maxTotalBytes = 32 * 1024 * 1024;

/** The place of a request in the log. */
export interface LogEntry {
  readonly request: LoggedRequest;
  /** Dialects that were spoken besides the plain reading. */
  readonly dialects: readonly string[];
  /** Names of the faults that struck it, or the job that it began. */
  readonly faults: Set<string>;
  bytes: number;
  dropped: boolean;
}

/** What was asked since the start or the last reset, with an upper bound on what it holds. */
export class RequestLog {
  private entries: (LogEntry | undefined)[] = [];
  /** Index of the oldest entry: shifting a long array costs too much for every request. */
  private first = 0;
  private bytes = 0;
  private forgottenCount = 0;

  constructor(private readonly limit: number) {}

  add(request: LoggedRequest, dialects: readonly string[] = []): LogEntry {
    const entry = { request, dialects, faults: new Set<string>(), bytes: 0, dropped: false };
    this.entries.push(entry);
    this.bound();
    return entry;
  }

  /** Keeps the body of a request, without its secrets. */
  keepBody(entry: LogEntry, body: unknown, bytes: number): void {
    if (entry.dropped) return;
    if (bytes > maxBodyBytes) {
      entry.request.body = { left_out: `a body of ${bytes} bytes` };
      return;
    }
    entry.request.body = withoutSecrets(body, 0);
    entry.bytes = bytes;
    this.bytes += bytes;
    this.bound();
  }

  view(): RequestLogView {
    const requests = this.entries.slice(this.first).flatMap((entry) => (entry ? [entry.request] : []));
    return { requests: structuredClone(requests), forgotten: this.forgottenCount };
  }

  /** The latest so many, newest first. */
  latest(most: number): LogEntry[] {
    return this.entries
      .slice(Math.max(this.first, this.entries.length - most))
      .flatMap((entry) => entry ?? [])
      .reverse();
  }

  clear(): void {
    for (const entry of this.entries) if (entry) entry.dropped = true;
    this.entries = [];
    this.first = 0;
    this.bytes = 0;
    this.forgottenCount = 0;
  }

  private bound(): void {
    while (this.entries.length - this.first > this.limit || this.bytes > maxTotalBytes) {
      const oldest = this.entries[this.first];
      if (oldest) {
        oldest.dropped = true;
        this.bytes -= oldest.bytes;
      }
      this.entries[this.first] = undefined;
      this.first += 1;
      this.forgottenCount += 1;
    }
    if (this.first > this.limit) {
      this.entries = this.entries.slice(this.first);
      this.first = 0;
    }
  }
}

const secret = "***";
const secretNames = new Set(["password", "secret", "securitytoken", "secret_key"]);
/** Objects that stand for a token: what is in their `id` lets in whoever has it. */
const tokenNames = new Set(["token", "id_token"]);

/** A copy in which passwords, tokens and identity tokens are covered. */
function withoutSecrets(value: unknown, depth: number): unknown {
  if (depth > 64) return secret;
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, depth + 1));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, part]): [string, unknown] => {
    if (secretNames.has(name) && typeof part === "string") return [name, secret];
    if (tokenNames.has(name)) return [name, coverToken(part, depth + 1)];
    return [name, withoutSecrets(part, depth + 1)];
  });
  return Object.fromEntries(entries);
}

function coverToken(part: unknown, depth: number): unknown {
  if (typeof part === "string") return secret;
  if (typeof part !== "object" || part === null) return part;
  const copy = withoutSecrets(part, depth);
  return typeof copy === "object" && copy !== null && "id" in copy ? { ...copy, id: secret } : copy;
}
