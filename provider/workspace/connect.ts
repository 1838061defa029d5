import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { type Options, readOptions, type Send, Sessions, type SettingName, type Sources } from "../auth";
import type { Clock } from "../clock";
import type { Log } from "../log";
import { type Accounts, Clients } from "./clients";
import { Limiter, REQUESTS_PER_SECOND } from "./limiter";

/** The world that a connection is made from. */
export interface World {
  /** A value of the stack configuration by its full key, such as `huaweicloud-workspace:region`. */
  config: (key: string) => unknown;
  env: NodeJS.ProcessEnv;
  clock: Clock;
  log: Log;
}

/** Reads the settings and makes the clients that share one pace and one set of sessions. Makes no call. */
export function connect({ config, env, clock, log }: World): { clients: Clients; options: Options } {
  const sources: Sources = {
    config: (key: SettingName) => asText(config(`huaweicloud-workspace:${key}`)),
    env,
    homeDir: homedir(),
    readFile: (path: string) => readFileSync(path, "utf8"),
  };
  const options = readOptions(sources);
  const { insecure, ca, maxRetries, requestsPerSecond } = options;
  const { load, send } = transportLater({ insecure, ...(ca === undefined ? {} : { ca }) });
  const sessions = new Sessions(sources, send, clock, log);
  const accounts: Accounts = {
    check: (place) => sessions.check(place),
    effective: (place) => sessions.effective(place),
    open: (place) => {
      load();
      return sessions.open(place);
    },
  };
  const clients = new Clients(accounts, {
    send,
    clock,
    log,
    limiter: new Limiter(clock, requestsPerSecond ?? REQUESTS_PER_SECOND),
    ...(maxRetries === undefined ? {} : { maxRetries }),
  });
  return { clients, options };
}

/**
 * The transport brings axios, which takes longer to load than all the rest: a
 * preview does not need it. Who opens a place will make calls soon, and waits
 * for others before the first one: meanwhile it is loaded.
 */
function transportLater(options: { insecure: boolean; ca?: string }): { load: () => void; send: Send } {
  let loading: Promise<Send> | undefined;
  const loaded = () =>
    (loading ??= import("./transport.js").then(({ createTransport }) => createTransport(options)));
  return {
    // Who sends is told what went wrong.
    load: () => void loaded().catch(() => undefined),
    send: async (request) => (await loaded())(request),
  };
}

function asText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}
