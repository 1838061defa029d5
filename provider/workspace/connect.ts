import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { type Options, readOptions, type Send, Sessions, type SettingName, type Sources } from "../auth";
import type { Clock } from "../clock";
import type { Log } from "../log";
import { Clients } from "./clients";
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
  const send = loadedOnFirstUse({ insecure, ...(ca === undefined ? {} : { ca }) });
  const clients = new Clients(new Sessions(sources, send, clock, log), {
    send,
    clock,
    log,
    limiter: new Limiter(clock, requestsPerSecond ?? REQUESTS_PER_SECOND),
    ...(maxRetries === undefined ? {} : { maxRetries }),
  });
  return { clients, options };
}

/** The transport brings axios, which takes longer to load than all the rest: a preview does not need it. */
function loadedOnFirstUse(options: { insecure: boolean; ca?: string }): Send {
  let loaded: Promise<Send> | undefined;
  return async (request) => {
    loaded ??= import("./transport.js").then(({ createTransport }) => createTransport(options));
    return (await loaded)(request);
  };
}

function asText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}
