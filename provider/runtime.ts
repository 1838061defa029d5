import { type Clock, systemClock } from "./clock";
import { auditFile } from "./desktop/audit";
import { Holdings } from "./desktop/holdings";
import { Projects } from "./desktop/project";
import { Quiet } from "./desktop/quiet";
import { Claims } from "./disk/claims";
import type { DiskParts } from "./disk/diskWork";
import { engineDisplay, type Show } from "./engineDisplay";
import { consoleLog, type Log } from "./log";
import { connect } from "./workspace/connect";

/** Looks up a key of the stack configuration, with its namespace. */
export type ConfigLookup = (key: string) => unknown;

/**
 * Everything that lives as long as the provider process and is shared by all
 * its resources: one queue a desktop, one limiter, one set of sessions.
 */
export class Runtime {
  readonly #quiet: Quiet;
  readonly #holdings = new Holdings();
  readonly #claims = new Claims();
  readonly #log: Log;
  readonly #show: Show;
  #parts: Promise<DiskParts> | undefined;
  #callsHere = 0;
  #idle: (() => void) | undefined;
  /** Set when the engine is gone: what has been sent is finished, nothing new is begun. */
  #halted: Error | undefined;

  constructor(
    private readonly env: NodeJS.ProcessEnv,
    private readonly clock: Clock = systemClock,
    argv: readonly string[] = [],
  ) {
    this.#quiet = new Quiet(clock);
    this.#log = consoleLog(env);
    this.#show = engineDisplay(clock, argv);
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
    const { clients, options } = connect({ config: lookup, env, clock, log });
    const projects = new Projects(clients, {
      quiet: this.#quiet,
      holdings: this.#holdings,
      audit: auditFile(env, clock, log),
      show: this.#show,
      mayStart: () => {
        if (this.#halted !== undefined) throw this.#halted;
      },
    });
    return {
      projects,
      holdings: this.#holdings,
      claims: this.#claims,
      clock,
      log,
      enterpriseProjectId: options.enterpriseProjectId,
    };
  }
}
