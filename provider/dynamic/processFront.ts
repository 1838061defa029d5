import { type Core, createCore } from "../core";
import { configNamespace, unknownSettings, unknownVariables } from "../core/auth/settings";
import {
  type Clock,
  type Environment,
  type Host,
  isRecord,
  type Log,
  type Send,
  systemClock,
} from "../core/host";
import { type Problem, sentence } from "../core/errors";
import { type DynamicProvider, dynamicProvider, type Front } from "./dynamicProvider";
import { auditFile } from "../front/auditFile";
import { engineDisplay, endWithEngine } from "./engineLink";

/** What a process, or a test, gives its providers. */
export interface FrontOptions {
  env: Environment;
  /** Default: the machine's own. */
  clock?: Clock;
  /** Sends requests. Default: over the network. */
  send?: Send;
  /** Default: standard output and error. */
  log?: Log;
  /** Why nothing new may be sent; else undefined. Asked besides what the engine's exit says. */
  halted?: () => Error | undefined;
  /** The arguments of the process: the engine gives its address. Default: none. */
  argv?: readonly string[];
}

/** The providers of both kinds; they share one core. */
export interface Providers {
  attachment: DynamicProvider;
  disks: DynamicProvider;
}

/** Makes the providers of one process. Starts nothing and makes no call. */
export function makeProvider(options: FrontOptions): Providers {
  return providersOf(options).providers;
}

/** The providers of the process that the engine starts; they end with it. */
export function processProviders(env: Environment, argv: readonly string[], exit: () => void): Providers {
  const { core, providers } = providersOf({ env, argv });
  endWithEngine(core, argv, exit);
  return providers;
}

function providersOf({
  env,
  clock = systemClock,
  send,
  log = consoleLog(env),
  halted,
  argv = [],
}: FrontOptions) {
  let lookup: (key: string) => unknown = () => undefined;
  const host: Host = {
    clock,
    log,
    env,
    config: (key) => lookup(key),
    audit: auditFile(env, clock, log),
    ...(send === undefined ? {} : { send }),
  };
  const core = withHalt(createCore(host), halted);
  let configured: Promise<void> | undefined;
  let problems: Problem[] = [];
  const front: Front = {
    core,
    log,
    debug: isDebug(env),
    // What comes first stays: it is the same configuration for all resources of a run.
    configure: (config) => {
      configured ??= Promise.resolve().then(() => {
        lookup = (key) => config.get(key);
        core.prepare();
        const unknown = [...unknownSettings(settingKeys(config)), ...unknownVariables(env)];
        problems = unknown.map((one) => ({ ...one, reason: `${sentence(one.reason)} [HWD1110]` }));
      });
      return configured;
    },
    // The engine does not wait for the configuration before its other calls, so each of them does.
    ready: () => configured ?? front.configure({ get: () => undefined }),
    configProblems: () => problems,
    report: engineDisplay({ clock, env }, argv),
  };
  const providers: Providers = {
    attachment: dynamicProvider(front, ({ attachment }) => attachment),
    disks: dynamicProvider(front, ({ desktopDisks }) => desktopDisks),
  };
  return { core, providers };
}

function withHalt(core: Core, halted: (() => Error | undefined) | undefined): Core {
  return halted === undefined ? core : { ...core, halted: () => core.halted() ?? halted() };
}

/** The keys of the stack configuration that are meant for this package, where the engine's process shows them. */
function settingKeys(config: object): string[] {
  const raw: unknown = Reflect.get(config, "rawConfig");
  const prefix = `${configNamespace}:`;
  if (!isRecord(raw)) return [];
  return Object.keys(raw)
    .filter((key) => key.startsWith(prefix))
    .map((key) => key.slice(prefix.length));
}

function isDebug(env: Environment): boolean {
  return env.HW_WORKSPACE_LOG === "debug";
}

/**
 * A log on standard output and error, which the engine shows; debug lines only
 * with `HW_WORKSPACE_LOG=debug`, each with the time of day (UTC), because the
 * engine shows none.
 */
export function consoleLog(env: Environment): Log {
  return {
    debug: (message) => {
      if (isDebug(env)) console.error(`debug: ${new Date().toISOString().slice(11, 23)} ${message}`);
    },
    info: (message) => {
      console.log(message);
    },
    warn: (message) => {
      console.warn(`warning: ${message}`);
    },
  };
}
