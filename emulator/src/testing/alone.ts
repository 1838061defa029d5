import type { DialectName } from "../dialects";
import type { Emulator, EmulatorOptions } from "../emulator";
import type { Client, Reply, SubJobJson } from "./client";
import { d1, running } from "./running";

export const sas = { type: "SAS", size: 10 };
/** No desktop has this id. */
export const unknown = "d0000000-0000-4000-8000-00000000dead";
/** The plain reading of the documents. */
export const inPlain: readonly DialectName[] = ["absent-lists", "official-job-words", "idle-is-empty"];

/** One dialect alone: nothing of the plain reading beside it. */
export function alone(name: DialectName, options: EmulatorOptions = {}) {
  const dialects = inPlain.filter((one) => one !== name).map((one) => `no-${one}`);
  return running({ ...options, dialects: [...dialects, name] });
}

/** Deletes disks of the first desktop. */
export function remove(client: Client, ...volume_ids: string[]): Promise<Reply> {
  return client.call("POST", `/desktops/${d1}/volumes/batch-delete`, { volume_ids });
}

/** The desktops of a list. */
export async function listed(client: Client, query = ""): Promise<Record<string, unknown>[]> {
  return (await client.call("GET", `/desktops/detail${query}`)).json?.desktops as Record<string, unknown>[];
}

/** The sub-jobs of a list. */
export async function jobsOf(client: Client, query: string): Promise<SubJobJson[]> {
  return (await client.call("GET", `/workspace-sub-jobs${query}`)).json?.jobs as SubJobJson[];
}

/** Whether a null stands anywhere in it. */
export function hasNull(value: unknown): boolean {
  return value === null || (typeof value === "object" && Object.values(value).some(hasNull));
}

/** The first seed with which something is drawn as wanted. */
export async function seedWith(
  name: DialectName,
  isWanted: (world: { emulator: Emulator; client: Client }) => Promise<boolean>,
): Promise<number> {
  for (let seed = 1; seed < 30; seed += 1) if (await isWanted(await alone(name, { seed }))) return seed;
  throw new Error(`no seed below 30 draws it in ${name}`);
}
