import type { Session } from "../auth/session";
import type { Clock, Log, Send } from "../host";
import type { Waiter } from "../operation";
import type { Limiter } from "./limiter";
import type { Answer } from "./response";

/** What a client is made of. */
export interface ClientParts {
  send: Send;
  clock: Clock;
  log: Log;
  limiter: Limiter;
  /** How often a read is repeated at most. Default: for as long as somebody waits. */
  maxRetries?: number;
}

/** The Workspace API of one project: paces, signs, sends, parses, and repeats reads. */
export class WorkspaceClient {
  readonly clock: Clock;
  readonly log: Log;
  constructor(
    readonly session: Session,
    readonly parts: ClientParts,
  ) {
    this.clock = parts.clock;
    this.log = parts.log;
  }

  /** A GET below the project, repeated while that helps. Throws `ApiError`, `ConnectionError`, `CredentialsError`, `TimeoutError`. */
  read(
    _path: string,
    _query: Readonly<Record<string, string | number | readonly string[] | undefined>>,
    _waiter: Waiter,
    _options: { atMost?: number } = {},
  ): Promise<Answer> {
    throw new Error("not written yet");
  }

  /** A POST or PUT below the project, sent once. Throws as `read` does. */
  write(
    _method: "POST" | "PUT",
    _path: string,
    _body: unknown,
    _waiter: Waiter,
    _permission: string,
  ): Promise<Answer> {
    throw new Error("not written yet");
  }

  /** Waits before attempt `attempt + 1`: as long as the service asked for, else a backoff with jitter; never longer than somebody waits. */
  pause(_error: unknown, _attempt: number, _waiter: Waiter): Promise<void> {
    throw new Error("not written yet");
  }
}
