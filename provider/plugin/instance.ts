import { setMaxListeners } from "node:events";
import { type Core, createCore } from "../core";
import {
  type Clock,
  type Environment,
  type Host,
  type Log,
  type Properties,
  type Send,
  systemClock,
} from "../core/host";
import { auditFile } from "../front/auditFile";
import { configurationOf } from "./configuration";
import { coreLog, progressDisplay, type ShowLine } from "./engineLog";

/** What a process, or a test, gives its provider instances. */
export interface InstanceOptions {
  env: Environment;
  /** Default: the machine's own. */
  clock?: Clock;
  /** Sends requests. Default: over the network. */
  send?: Send;
  /** Default: info and warnings to the engine, debug lines to standard error. */
  log?: Log;
  /** Where debug lines and, without an engine, all others go. Default: standard error. */
  write?: (text: string) => void;
  /** A further reason to send nothing new; else undefined. */
  halted?: () => Error | undefined;
}

/** Configuration as the engine hands it over. */
export interface Configured {
  args: Properties;
  isDefault: boolean;
  /** The URN of the instance; the audit file names its stack. */
  urn?: string | undefined;
}

/**
 * One provider instance: one configuration, one core. A process that the engine
 * starts has one; a server that engines attach to has one for each connection.
 */
export class ProviderInstance {
  readonly clock: Clock;
  readonly log: Log;
  readonly #options: InstanceOptions;
  readonly #write: (text: string) => void;
  readonly #cancelled = new AbortController();
  #show: ShowLine;
  #halted: Error | undefined;
  #report: ReturnType<typeof progressDisplay>;
  #core: Core | undefined;
  #configured: Configured | undefined;

  constructor(options: InstanceOptions) {
    setMaxListeners(0, this.#cancelled.signal);
    this.#options = options;
    this.clock = options.clock ?? systemClock;
    this.#write = options.write ?? ((text) => process.stderr.write(text));
    this.#show = ({ severity, message, ephemeral }) => {
      if (ephemeral !== true) this.#write(severity === "info" ? `${message}\n` : `warning: ${message}\n`);
    };
    this.log =
      options.log ??
      coreLog(
        options.env,
        (line) => {
          this.#show(line);
        },
        this.#write,
      );
    this.#report = progressDisplay({ clock: this.clock, env: options.env }, (line) => {
      this.#show(line);
    });
  }

  /** Shows all further lines with this function. */
  display(show: ShowLine): void {
    this.#show = show;
  }

  /** Shows progress on a resource's row. */
  get report(): ReturnType<typeof progressDisplay> {
    return this.#report;
  }

  /** The core, as configured. */
  get core(): Core {
    if (this.#core === undefined) throw new Error("the provider is not configured");
    return this.#core;
  }

  /** What it was configured with; undefined until then. */
  get configured(): Configured | undefined {
    return this.#configured;
  }

  /** Takes the configuration. The engine calls it once, before everything that works on resources. */
  configure(configured: Configured): void {
    const core = this.#connect(configured);
    core.prepare();
    this.#core = core;
    this.#configured = configured;
  }

  /** Fires when the run is cancelled: it ends all waits. */
  get signal(): AbortSignal {
    return this.#cancelled.signal;
  }

  /** The reason to send nothing new; undefined while sending is allowed. */
  halted(): Error | undefined {
    return this.#halted ?? this.#options.halted?.();
  }

  /** Sends nothing new. Calls go on until their jobs end, so that each disk that was added is recorded. */
  halt(reason: Error): void {
    this.#halted ??= reason;
  }

  /** As `halt`, and all waits end at once: the engine lives, and keeps in state what is known. */
  cancel(reason: Error): void {
    this.halt(reason);
    this.#cancelled.abort(reason);
  }

  /** Runs once, when no call of the engine is being worked on. */
  whenIdle(run: () => void): void {
    if (this.#core === undefined) run();
    else this.#core.whenIdle(run);
  }

  #connect({ args, isDefault, urn }: Configured): Core {
    const { env: all, send } = this.#options;
    const { config, env } = configurationOf(args, isDefault, all);
    const name = urn?.split("::").at(-1);
    const stack = /^urn:pulumi:([^:]+)::/.exec(urn ?? "")?.[1];
    const audited = stack === undefined ? env : { ...env, PULUMI_STACK: stack };
    const host: Host = {
      clock: this.clock,
      log: this.log,
      env,
      config,
      configTitle: isDefault
        ? undefined
        : `the inputs of provider ${name === undefined ? "" : `"${name}"`}`.trim(),
      audit: auditFile(audited, this.clock, this.log),
      ...(send === undefined ? {} : { send }),
    };
    return createCore(host);
  }
}
