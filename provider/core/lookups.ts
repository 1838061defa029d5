import type { Api, WorkspaceClient } from "./api/client";
import { type DesktopFacts, listDesktopFacts } from "./api/desktops";
import { listVolumeTypes } from "./api/volumes";
import type { Place } from "./auth/place";
import { CoreError, inContext } from "./errors";
import type { ErrorCode } from "./errorCodes";
import type { Clock } from "./host";
import type { DesktopQuery, DesktopResult, DesktopsQuery, DesktopVolume, VolumeType } from "./lookupSchema";
import { runOperation, type Waiter } from "./operation";

/** How long one look-up may take in all, in ms. */
const LOOKUP_TIMEOUT_MS = 120_000;

/**
 * Runs one look-up, such as `getDesktop`, in this place, within two minutes.
 * Throws `CoreError` whose `failed` is that name; changes nothing.
 */
export async function lookUp<T>(
  { api, clock }: { api: Api; clock: Clock },
  name: string,
  place: Place,
  find: (client: WorkspaceClient, waiter: Waiter) => Promise<T>,
): Promise<T> {
  const problems = api.sessions.check(place);
  if (problems.length > 0) {
    const why = problems.map(({ property, reason }) => `${property} ${reason}`.trim()).join("; ");
    throw new CoreError({ code: "HWD1201", failed: name, why });
  }
  const call = {
    phase: "preview",
    resourceKey: name,
    timeoutMs: LOOKUP_TIMEOUT_MS,
    timeoutSetBy: "the package, for all look-ups",
    halted: () => undefined,
  } as const;
  try {
    return await runOperation(call, { title: name }, clock, async (operation) =>
      find(await api.open(place, operation), operation),
    );
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    throw inContext(error, { failed: name, now: "", next: error.next, otherwise: error.code });
  }
}

/**
 * Looks up one desktop with ListDesktopsDetail. Throws `CoreError`: HWD1901 for
 * wrong arguments, HWD1902 where none matches, HWD1903 where several do.
 */
export async function findDesktop(
  client: WorkspaceClient,
  query: DesktopQuery,
  waiter: Waiter,
): Promise<DesktopResult> {
  const wanted = wantedDesktop(query);
  const { desktopId } = query;
  const filter = desktopId === undefined ? { computerName: wanted } : { desktopId: wanted };
  const listed = await listDesktopFacts(client, filter, waiter);
  // The service may ignore a filter that it does not understand, and take a part of a name for the name.
  const found = listed.filter(({ desktop }) =>
    desktopId === undefined ? desktop.computerName === wanted : desktop.desktopId === wanted,
  );
  const where = `in project ${client.session.projectId} of region ${client.session.region}`;
  const [first, ...others] = found;
  if (first === undefined) throw failure("HWD1902", `there is no desktop "${wanted}" ${where}`);
  if (others.length > 0) {
    const ids = found.map(({ desktop }) => desktop.desktopId).join(", ");
    throw failure("HWD1903", `${found.length} desktops are called "${wanted}" ${where}: ${ids}`);
  }
  return resultOf(first);
}

/** The id or the name that is asked for. Throws HWD1901 where there is not exactly one. */
export function wantedDesktop({ desktopId, computerName }: DesktopQuery): string {
  const wanted = desktopId ?? computerName ?? "";
  if (wanted !== "" && (desktopId === undefined || computerName === undefined)) return wanted;
  throw failure("HWD1901", "give either desktopId or computerName");
}

/**
 * Looks up desktops with ListDesktopsDetail, in order of their names. Throws
 * `ApiError` for a list that does not add up: a program that adds disks for a
 * list would delete the disks of the desktops that are missing from it.
 */
export async function findDesktops(
  client: WorkspaceClient,
  query: DesktopsQuery,
  waiter: Waiter,
): Promise<DesktopResult[]> {
  const { namePrefix = "", ...filter } = query;
  const listed = await listDesktopFacts(client, filter, waiter);
  return listed
    .filter((one) => one.desktop.computerName.startsWith(namePrefix) && matches(one, filter))
    .map(resultOf)
    .sort((a, b) => order(a.computerName, b.computerName) || order(a.desktopId, b.desktopId));
}

/** Looks up the data disks of one desktop, whoever added them, with ListDesktopsDetail. Throws as `findDesktop`. */
export async function findDataDisks(
  client: WorkspaceClient,
  query: DesktopQuery,
  waiter: Waiter,
): Promise<DesktopVolume[]> {
  return (await findDesktop(client, query, waiter)).dataVolumes;
}

/** Looks up the disk types that can be bought, with ListVolumeProducts. Throws `ApiError`. */
export function findVolumeTypes(
  client: WorkspaceClient,
  { availabilityZone }: { availabilityZone?: string },
  waiter: Waiter,
): Promise<VolumeType[]> {
  return listVolumeTypes(client, availabilityZone, waiter);
}

/** Whether a desktop is what was asked for, as far as the answer says: a filter may have been ignored. */
function matches(facts: DesktopFacts, filter: Omit<DesktopsQuery, "namePrefix">): boolean {
  const { tags = {}, poolId, userName, status, enterpriseProjectId } = filter;
  const fits = (asked: string | undefined, shown: string | undefined) =>
    asked === undefined || shown === undefined || shown === "" || shown.toLowerCase() === asked.toLowerCase();
  return (
    Object.entries(tags).every(([key, value]) => facts.tags.get(key) === value) &&
    fits(poolId, facts.poolId) &&
    fits(userName, facts.userName) &&
    fits(status, facts.desktop.status) &&
    fits(enterpriseProjectId, facts.enterpriseProjectId)
  );
}

function resultOf({ desktop, tags, ...facts }: DesktopFacts): DesktopResult {
  const { desktopId, computerName, status, rootVolumeId, volumes } = desktop;
  return {
    desktopId,
    computerName,
    status,
    ...facts,
    tags: Object.fromEntries(tags),
    ...(rootVolumeId === undefined ? {} : { rootVolumeId }),
    dataVolumes: volumes.map((volume) => {
      const { createdAt, ...shown } = volume;
      return shown;
    }),
  };
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function failure(code: ErrorCode, why: string): CoreError {
  return new CoreError({ code, failed: "getDesktop", why });
}
