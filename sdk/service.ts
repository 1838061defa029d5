import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import type { Api, WorkspaceClient } from "../provider/core/api/client";
import type { Place } from "../provider/core/auth/place";
import type { Environment } from "../provider/core/host";
import type * as lookups from "../provider/core/lookups";
import type { Waiter } from "../provider/core/operation";

/** The look-ups of the core; loaded with the first one, because most programs have none. */
type Lookups = typeof lookups;

/** One look-up, such as `getDesktop`. */
export interface Lookup<T> {
  name: string;
  args: Place & object;
  /** Throws where the arguments are wrong; makes no call. */
  check?: (core: Lookups) => void;
  find: (core: Lookups, client: WorkspaceClient, waiter: Waiter) => Promise<T>;
}

/**
 * Runs a look-up against the API, in the program's own process and with the
 * settings that the resources of the running stack use. Under
 * `pulumi.runtime.setMocks`, the mocks' `call` answers instead, with the token
 * `huaweicloud-workspace:index:<name>`.
 */
export async function lookUp<T>({ name, args, check, find }: Lookup<T>): Promise<T> {
  // Before anything is awaited: the settings of this stack and this moment.
  const settings = settingsNow();
  const [core, { systemClock: clock }] = await Promise.all([
    import("../provider/core/lookups.js"),
    import("../provider/core/host.js"),
  ]);
  try {
    check?.(core);
    if (pulumi.runtime.getMonitor() instanceof MockMonitor) {
      return (await pulumi.runtime.invoke(`huaweicloud-workspace:index:${name}`, args)) as T;
    }
    const { region, projectId, endpoint, iamEndpoint, profile } = args;
    const place = Object.fromEntries(
      Object.entries({ region, projectId, endpoint, iamEndpoint, profile }).filter(([, value]) => value),
    ) as Place;
    const api = await connectionFor(settings);
    return await core.lookUp({ api, clock }, name, place, (client, waiter) => find(core, client, waiter));
  } catch (error) {
    // The stack of a failed call says nothing to whoever wrote the program, and Node 20 and 22 need a minute to colour
    // it: `util.inspect` finds no end of Pulumi's paths in it, such as `node_modules/@pulumi/resource.ts`.
    throw Object.assign(new pulumi.RunError(error instanceof Error ? error.message : String(error)), {
      stack: "",
    });
  }
}

/**
 * Runs a look-up of several. A list that a mock returns arrives as an object by
 * index: Pulumi's mocks know objects only.
 */
export async function lookUpAll<T>(lookup: Lookup<T[]>): Promise<T[]> {
  const found: Record<number, T> = await lookUp(lookup);
  return Object.values(found);
}

/** Arguments that may become known only when another resource has been created. */
export type InputsOf<T> = { [K in keyof T]: pulumi.Input<T[K]> };

/** Runs a look-up once its arguments are known; in a preview that may be never. */
export function whenKnown<A extends object, T>(
  args: InputsOf<A>,
  run: (known: A) => Promise<T>,
): pulumi.Output<T> {
  const known = pulumi.output(args) as unknown as pulumi.Output<A>;
  return known.apply<T>(run);
}

/** All that decides where calls go and who makes them, besides files. */
interface Settings {
  config: Readonly<Record<string, string>>;
  env: Environment;
}

const NAMESPACE = "huaweicloud-workspace:";

/** The configuration of the stack that is running, and the environment, as they are now. */
function settingsNow(): Settings {
  const ours = Object.entries(pulumi.runtime.allConfig()).filter(([key]) => key.startsWith(NAMESPACE));
  return { config: Object.fromEntries(ours), env: { ...process.env } };
}

/** A connection, and the files that it has read its settings from, by their digests. */
interface Known {
  connection: Promise<Api>;
  files: Map<string, string>;
}

/** A process may run many stacks, one after the other or side by side, each with settings of its own. */
const MOST_CONNECTIONS = 10;
const connections = new Map<string, Known>();

/**
 * The connection for these settings: the same one as long as none of them, and
 * no file that it has read, has changed. So a process signs in once, and no
 * stack gets what another one asked for.
 */
function connectionFor(settings: Settings): Promise<Api> {
  const key = digestOf(JSON.stringify([settings.config, Object.entries(settings.env).sort()]));
  const before = connections.get(key);
  const isValid =
    before !== undefined && [...before.files].every(([path, digest]) => digest === digestOfFile(path));
  const known = isValid ? before : connectWith(settings);
  // Most recently used last.
  connections.delete(key);
  connections.set(key, known);
  for (const oldest of connections.keys()) {
    if (connections.size <= MOST_CONNECTIONS) break;
    connections.delete(oldest);
  }
  return known.connection;
}

function connectWith({ config, env }: Settings): Known {
  const files = new Map<string, string>();
  const readFile = (path: string) => {
    files.set(path, digestOfFile(path));
    return readFileSync(path, "utf8");
  };
  return { files, connection: connect(config, env, readFile) };
}

/** A program without look-ups does not load what they need. */
async function connect(
  config: Readonly<Record<string, string>>,
  env: Environment,
  readFile: (path: string) => string,
): Promise<Api> {
  const [{ connectApi }, { systemClock }, { unknownSettings, unknownVariables }, { CoreError }] =
    await Promise.all([
      import("../provider/core/api/client.js"),
      import("../provider/core/host.js"),
      import("../provider/core/auth/settings.js"),
      import("../provider/core/errors.js"),
    ]);
  const keys = Object.keys(config).map((key) => key.slice(NAMESPACE.length));
  const unknown = [...unknownSettings(keys), ...unknownVariables(env)];
  if (unknown.length > 0) {
    const why = unknown.map(({ reason }) => reason).join("; ");
    throw new CoreError({ code: "HWD1110", failed: "Reading the settings", why });
  }
  return connectApi({
    config: (key) => config[key],
    env,
    clock: systemClock,
    log: consoleLog(env),
    readFile,
  });
}

function consoleLog({ HW_WORKSPACE_LOG }: Environment) {
  return {
    debug: (message: string) => {
      if (HW_WORKSPACE_LOG === "debug") {
        console.error(`debug: ${new Date().toISOString().slice(11, 23)} ${message}`);
      }
    },
    info: (message: string) => {
      console.log(message);
    },
    warn: (message: string) => {
      console.warn(`warning: ${message}`);
    },
  };
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Changes with the content; the same for every file that cannot be read. */
function digestOfFile(path: string): string {
  try {
    return digestOf(readFileSync(path, "utf8"));
  } catch {
    return "unreadable";
  }
}
