import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { readOptions, type Send, Sessions, type SettingName } from "./auth";
import { type Clock, systemClock } from "./clock";
import { auditFile } from "./desktop/audit";
import { Holdings } from "./desktop/holdings";
import { Projects } from "./desktop/project";
import { Quiet } from "./desktop/quiet";
import type { DiskParts } from "./disk/diskWork";
import { consoleLog, type Log } from "./log";
import { Clients } from "./workspace/clients";
import { Limiter, REQUESTS_PER_SECOND } from "./workspace/limiter";

/** Looks up a key of the stack configuration, with its namespace. */
export type ConfigLookup = (key: string) => unknown;

/**
 * Everything that lives as long as the provider process and is shared by all
 * its resources: one queue a desktop, one limiter, one set of sessions.
 */
export class Runtime {
  readonly #quiet: Quiet;
  readonly #holdings = new Holdings();
  readonly #log: Log;
  #parts: Promise<DiskParts> | undefined;
  #callsHere = 0;
  #idle: (() => void) | undefined;
  /** Set when the engine is gone: what has been sent is finished, nothing new is begun. */
  #halted: Error | undefined;

  constructor(
    private readonly env: NodeJS.ProcessEnv,
    private readonly clock: Clock = systemClock,
  ) {
    this.#quiet = new Quiet(clock);
    this.#log = consoleLog(env);
  }

  /**
   * The stack's configuration has arrived. The engine does not wait for this
   * before its other calls, so each of them awaits `ready`. What comes first
   * stays: it is the same configuration for all resources of a run.
   */
  configure(lookup: ConfigLookup): Promise<DiskParts> {
    this.#parts ??= Promise.resolve().then(() => this.#assemble(lookup));
    return this.#parts;
  }

  /** Resolves when the configuration is there; without any, the environment alone speaks. */
  ready(): Promise<DiskParts> {
    return this.#parts ?? this.configure(() => undefined);
  }

  /** A call of the engine has reached the process; `joins`: one that may go together with others. */
  arrived(joins: boolean): void {
    this.#callsHere += 1;
    this.#quiet.noteArrival(joins);
  }

  /** A call of the engine has its answer. */
  left(): void {
    this.#callsHere -= 1;
    if (this.#callsHere === 0) this.#idle?.();
  }

  /** Runs once, when no call of the engine is being worked on. */
  whenIdle(run: () => void): void {
    this.#idle = run;
    if (this.#callsHere === 0) run();
  }

  /** Nothing new may be sent any more, for this reason. */
  halt(reason: Error): void {
    this.#halted = reason;
  }

  #assemble(lookup: ConfigLookup): DiskParts {
    const { env, clock } = this;
    const log = this.#log;
    const sources = {
      config: (key: SettingName) => asText(lookup(`huaweicloud-workspace:${key}`)),
      env,
      homeDir: homedir(),
      readFile: (path: string) => readFileSync(path, "utf8"),
    };
    const { insecure, ca, maxRetries, requestsPerSecond, enterpriseProjectId } = readOptions(sources);
    if (insecure) log.warn("TLS certificates are not verified, because HW_INSECURE or insecure is set");
    const send = loadedOnFirstUse({ insecure, ...(ca === undefined ? {} : { ca }) });
    const limiter = new Limiter(clock, requestsPerSecond ?? REQUESTS_PER_SECOND);
    const clients = new Clients(new Sessions(sources, send, clock, log), {
      send,
      clock,
      log,
      limiter,
      ...(maxRetries === undefined ? {} : { maxRetries }),
    });
    const projects = new Projects(clients, {
      quiet: this.#quiet,
      holdings: this.#holdings,
      audit: auditFile(env, clock, log),
      mayStart: () => {
        if (this.#halted !== undefined) throw this.#halted;
      },
    });
    return { projects, holdings: this.#holdings, clock, log, enterpriseProjectId };
  }
}

/** The transport brings axios, which takes longer to load than all the rest: a preview does not need it. */
function loadedOnFirstUse(options: { insecure: boolean; ca?: string }): Send {
  let loaded: Promise<Send> | undefined;
  return async (request) => {
    loaded ??= import("./workspace/transport.js").then(({ createTransport }) => createTransport(options));
    return (await loaded)(request);
  };
}

function asText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}
