import type { Volume } from "../provider/core/api/volumes";
import type { Place } from "../provider/core/auth/place";
import type { BusyDesktops, Connection, Connections } from "../provider/core/desktop/connections";
import { findVolume } from "../provider/core/desktop/snapshot";
import type { Call, Clock } from "../provider/core/host";
import { type OperationContext, runOperation } from "../provider/core/operation";
import type { ResourceRecord, StackRecord } from "./states";

/** How long all reads of one desktop may take, in ms. */
const READ_TIMEOUT_MS = 5 * 60_000;

/**
 * How long after a first read that may lack a disk the second one is sent, in
 * ms: reads of the service lag up to ten seconds behind the end of a job.
 */
const SECOND_READ_MS = 15_000;

/** A desktop that the states name, and what is looked for on it. */
export interface Named {
  desktopId: string;
  place: Place;
  /** Volumes that it should show. */
  volumes: { volumeId: string; createTime?: string | undefined }[];
  /** An operation was interrupted here: its job may still run, and its disk appear. */
  awaited: boolean;
  /** No state names it, only the command line. */
  onlyAsked?: true;
}

/** A desktop as the service shows it, or why it cannot be told. */
export interface DesktopReading {
  desktopId: string;
  /** Where it was read; what the settings left open is filled in. */
  place: Place;
  shown: "there" | "deleted" | "unreadable";
  computerName?: string;
  /** Its data disks; none unless it is there. */
  volumes: readonly Volume[];
  /** Volumes that it should show, and that are proved to be gone. */
  goneIds: ReadonlySet<string>;
  /** What could not be read or proved. */
  error?: string;
  /** Whether a job runs on it, or may do so; asked for only where an operation was interrupted. */
  busy: boolean;
  /** The time of day when it was read, ms since 1970. */
  at: number;
}

/** What a survey needs of the core. */
export interface Surveyor {
  connections: Pick<Connections, "check" | "open">;
  clock: Clock;
  /** Another read comes: those that come in the same moment share their calls. */
  arrived: () => void;
}

/** The desktops that these stacks name, each once, and `more` by their ids. */
export function namedBy(stacks: readonly StackRecord[], more: readonly string[] = []): Named[] {
  const named = new Map<string, Named>();
  const add = (
    { desktopId, place, disks }: Pick<ResourceRecord, "desktopId" | "place" | "disks">,
    interrupted: boolean,
  ) => {
    // What an interrupted create has not recorded, another resource of the same desktop may have.
    const known =
      place.projectId === undefined
        ? [...named.values()].find((other) => other.desktopId === desktopId)
        : named.get(keyOf(desktopId, place));
    const entry = known ?? { desktopId, place, volumes: [], awaited: false };
    if (known === undefined) named.set(keyOf(desktopId, place), entry);
    entry.awaited ||= interrupted || disks.some(({ pendingAdd }) => pendingAdd !== undefined);
    for (const { volumeId, createTime } of disks) {
      if (volumeId !== undefined) entry.volumes.push({ volumeId, createTime });
    }
  };
  for (const resource of stacks.flatMap(({ resources }) => resources)) add(resource, false);
  for (const { resource } of stacks.flatMap(({ pending }) => pending)) add(resource, true);
  for (const desktopId of more) {
    const isNamed = [...named.values()].some((one) => one.desktopId === desktopId);
    add({ desktopId, place: {}, disks: [] }, false);
    const entry = named.get(keyOf(desktopId, {}));
    if (!isNamed && entry !== undefined) entry.onlyAsked = true;
  }
  return [...named.values()];
}

/** Reads all of them: a hundred in one call, and singly where that proves nothing. Changes nothing. */
export async function survey(surveyor: Surveyor, named: readonly Named[]): Promise<DesktopReading[]> {
  const opened = await Promise.all(named.map((one) => open(surveyor, one)));
  // All at once from here: what is asked for in the same moment shares its calls.
  const jobs = { first: new JobLists(), second: new JobLists() };
  return Promise.all(
    opened.map(async ({ one, connection, error }): Promise<DesktopReading> => {
      const unreadable = {
        desktopId: one.desktopId,
        shown: "unreadable",
        volumes: [],
        goneIds: new Set<string>(),
        busy: false,
        at: surveyor.clock.date().getTime(),
      } as const;
      if (connection === undefined) return { ...unreadable, place: one.place, error };
      try {
        return await within(surveyor, one, (operation) => read(surveyor, connection, one, operation, jobs));
      } catch (failure) {
        return { ...unreadable, place: connection.place, error: textOf(failure) };
      }
    }),
  );
}

type Opened =
  | { one: Named; connection: Connection; error?: undefined }
  | { one: Named; connection?: undefined; error: string };

async function open(surveyor: Surveyor, one: Named): Promise<Opened> {
  const problems = surveyor.connections.check(one.place);
  if (problems.length > 0) {
    const reasons = problems.map(({ reason }) => reason).join("; ");
    return { one, error: `only the environment is read here, not the stack configuration: ${reasons}` };
  }
  try {
    const connection = await within(surveyor, one, (operation) =>
      surveyor.connections.open(one.place, operation),
    );
    return { one, connection };
  } catch (error) {
    return { one, error: textOf(error) };
  }
}

async function read(
  { clock, arrived }: Surveyor,
  connection: Connection,
  { desktopId, volumes, awaited, onlyAsked }: Named,
  operation: OperationContext,
  jobs: { first: JobLists; second: JobLists },
): Promise<DesktopReading> {
  const desktop = connection.desktop(desktopId);
  const readDesktop = () => {
    arrived();
    return desktop.read(operation);
  };
  // Jobs first: the disk of a job that ends meanwhile is on the desktop when that is read.
  const isBusy = (lists: JobLists) => lists.isBusy(desktopId, connection, operation);
  let busy = awaited && (await isBusy(jobs.first));
  let snapshot = await readDesktop();
  if (awaited && !busy && !snapshot.gone) {
    await clock.sleep(SECOND_READ_MS, operation.signal);
    // The list of jobs may have lagged, too.
    busy = await isBusy(jobs.second);
    snapshot = await readDesktop();
  }
  const missing = volumes.filter(({ volumeId }) => findVolume(snapshot, volumeId) === undefined);
  const proofs = snapshot.gone
    ? []
    : await Promise.all(
        missing.map(async ({ volumeId, createTime }) => ({
          volumeId,
          proof: await desktop.proveGone(volumeId, operation, createTime),
        })),
      );
  if (proofs.some(({ proof }) => proof === "there")) snapshot = await readDesktop();
  const unproved = proofs.filter(({ proof }) => proof === "unproved").map(({ volumeId }) => volumeId);
  const goneIds = new Set(proofs.filter(({ proof }) => proof === "gone").map(({ volumeId }) => volumeId));
  const here = { desktopId, place: connection.place, goneIds };
  // Without a disk in any state, an id that is misspelled would pass for a desktop without orphans.
  if (snapshot.gone && snapshot.deleted !== true && onlyAsked === true) {
    throw new Error(unknownDesktop(snapshot.said, connection.place));
  }
  if (snapshot.gone) {
    return { ...here, shown: "deleted", volumes: [], busy: false, at: clock.date().getTime() };
  }
  const { computerName, serverTime } = snapshot.desktop;
  return {
    ...here,
    shown: "there",
    computerName,
    volumes: snapshot.volumes,
    ...(unproved.length === 0 ? {} : { error: notProved(unproved) }),
    busy,
    at: serverTime ?? clock.date().getTime(),
  };
}

/** The jobs that run in each project: one question for all of its desktops. */
class JobLists {
  readonly #lists = new Map<Connection, Promise<BusyDesktops>>();

  /** Whether a job runs on the desktop, or may do so. */
  async isBusy(desktopId: string, connection: Connection, operation: OperationContext): Promise<boolean> {
    const list = this.#lists.get(connection) ?? connection.busyDesktops(operation);
    this.#lists.set(connection, list);
    const { desktopIds, others } = await list;
    return desktopIds.has(desktopId) || others;
  }
}

function within<T>(
  { clock }: Surveyor,
  { desktopId }: Named,
  work: (operation: OperationContext) => Promise<T>,
): Promise<T> {
  const call: Call = {
    phase: "preview",
    resourceKey: desktopId,
    timeoutMs: READ_TIMEOUT_MS,
    timeoutSetBy: "this command",
    halted: () => undefined,
  };
  return runOperation(call, { title: `Reading desktop ${desktopId}` }, clock, work);
}

function unknownDesktop(said: string, { region, projectId }: Place): string {
  return (
    `${said}: project ${projectId ?? "?"} of region ${region ?? "?"} does not have it, or no longer. ` +
    "Check the id, which is not the name of the computer, the region and the project"
  );
}

function notProved(volumeIds: readonly string[]): string {
  return (
    `the service shows the desktop without ${volumeIds.join(", ")}, but there is no proof that ` +
    `${volumeIds.length === 1 ? "it is" : "they are"} gone. Run this again`
  );
}

function keyOf(desktopId: string, { region, projectId }: Place): string {
  return JSON.stringify([desktopId, region, projectId]);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
