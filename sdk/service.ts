import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import type { WorkspaceClient } from "../provider/workspace/client";
import type { Clients, Place } from "../provider/workspace/clients";
import type { Patience } from "../provider/workspace/patience";

/** How long one look-up may take in all, in ms. */
const LOOKUP_TIMEOUT_MS = 120_000;

let connected: Promise<Clients> | undefined;

/**
 * Runs a look-up against the API, from the program's own process and with the
 * same settings as the resources. Under `pulumi.runtime.setMocks`, the mocks'
 * `call` answers instead, with the token `huaweicloud-workspace:index:<name>`.
 */
export async function lookUp<T>(
  name: string,
  args: Place & object,
  run: (client: WorkspaceClient, patience: Patience) => Promise<T>,
): Promise<T> {
  if (pulumi.runtime.getMonitor() instanceof MockMonitor) {
    return (await pulumi.runtime.invoke(`huaweicloud-workspace:index:${name}`, args)) as T;
  }
  const clients = await connection();
  const { region, projectId, endpoint, iamEndpoint, profile } = args;
  const place = Object.fromEntries(
    Object.entries({ region, projectId, endpoint, iamEndpoint, profile }).filter(([, value]) => value),
  ) as Place;
  const problems = clients.check(place);
  if (problems.length > 0) {
    throw new Error(
      `${name}: ${problems.map(({ property, reason }) => `${property} ${reason}`.trim()).join("; ")}`,
    );
  }
  const signal = AbortSignal.timeout(LOOKUP_TIMEOUT_MS);
  const until = performance.now() + LOOKUP_TIMEOUT_MS;
  const patience: Patience = {
    remaining: () => Math.max(0, until - performance.now()),
    signal,
    note: () => undefined,
  };
  try {
    return await run(await clients.open(place), patience);
  } catch (error) {
    // The stack of a failed call says nothing to whoever wrote the program.
    throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/**
 * Runs a look-up of several. A list that a mock returns arrives as an object by
 * index: Pulumi's mocks know objects only.
 */
export async function lookUpAll<T>(
  name: string,
  args: Place & object,
  run: (client: WorkspaceClient, patience: Patience) => Promise<T[]>,
): Promise<T[]> {
  const found: Record<number, T> = await lookUp<Record<number, T>>(name, args, run);
  return Object.values(found);
}

/** Arguments that may become known only when something else has been made. */
export type InputsOf<T> = { [K in keyof T]: pulumi.Input<T[K]> };

/** Runs a look-up once its arguments are known; in a preview that may be never. */
export function whenKnown<A extends object, T>(
  args: InputsOf<A>,
  run: (known: A) => Promise<T>,
): pulumi.Output<T> {
  const known = pulumi.output(args) as unknown as pulumi.Output<A>;
  return known.apply<T>(run);
}

/** Made with the first look-up: a program without one does not load what it needs. */
function connection(): Promise<Clients> {
  connected ??= (async () => {
    const [{ connect }, { systemClock }, { consoleLog }] = await Promise.all([
      import("../provider/workspace/connect.js"),
      import("../provider/clock.js"),
      import("../provider/log.js"),
    ]);
    const config = (key: string) => pulumi.runtime.getConfig(key);
    const log = consoleLog(process.env);
    return connect({ config, env: process.env, clock: systemClock, log }).clients;
  })();
  return connected;
}
