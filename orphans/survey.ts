import type { Service } from "./connection";
import type { ResourceRecord, StackRecord } from "./stackState";
import {
  type Clock,
  Operation,
  type Place,
  type Project,
  type Projects,
  READ_TIME,
  type Sight,
  within,
} from "./providerRoom";

/** How long after a first look that did not show a disk that may be on its way the second one is taken, in ms. */
const SECOND_LOOK_MS = 3_000;

/** A desktop that the states name, and what there is to be looked for. */
export interface Named {
  desktopId: string;
  place: Place;
  /** Volumes that it should show. One that it does not show at first is looked for again, alone. */
  volumeIds: readonly string[];
  /** An operation was cut off here: its job may still go on, and a disk be on its way. */
  awaited: boolean;
}

/** A desktop as the service shows it, or why it does not. */
export interface Look {
  desktopId: string;
  /** Where it was looked for; what the settings left open is filled in. */
  place: Place;
  /** Nothing: it could not be read, see `error`. */
  sight: Sight | undefined;
  error?: string;
  /** Whether a job is going on for it; asked for only where an operation was cut off. */
  busy: boolean;
  /** The time of day when it was read, ms since 1970. */
  at: number;
}

/** The desktops that these stacks name, each once, and `more` by their ids. */
export function namedBy(stacks: readonly StackRecord[], more: readonly string[] = []): Named[] {
  const named = new Map<string, { desktopId: string; place: Place; volumeIds: string[]; awaited: boolean }>();
  const note = (
    { desktopId, place, disks }: Pick<ResourceRecord, "desktopId" | "place" | "disks">,
    awaited: boolean,
  ) => {
    // What a create has not recorded yet, another resource of the same desktop may have.
    const known =
      place.projectId === undefined
        ? [...named.values()].find((other) => other.desktopId === desktopId)
        : named.get(keyOf(desktopId, place));
    const entry = known ?? { desktopId, place, volumeIds: [], awaited: false };
    if (known === undefined) named.set(keyOf(desktopId, place), entry);
    entry.awaited ||= awaited;
    for (const { volumeId } of disks) if (volumeId !== undefined) entry.volumeIds.push(volumeId);
  };
  for (const resource of stacks.flatMap(({ resources }) => resources)) note(resource, false);
  for (const { resource } of stacks.flatMap(({ pending }) => pending)) note(resource, true);
  for (const desktopId of more) note({ desktopId, place: {}, disks: [] }, false);
  return [...named.values()];
}

/** Looks at all of them: a hundred a call, and singly where that proves nothing. Changes nothing. */
export async function survey(service: Service, named: readonly Named[]): Promise<Look[]> {
  const { projects, clock } = service;
  const opened = await Promise.all(named.map((one) => open(projects, clock, one)));
  // All at once from here: what is asked for in the same moment shares its calls.
  const busy = new Map<Project, Promise<Set<string>>>();
  return Promise.all(
    opened.map(async ({ one, project, error }): Promise<Look> => {
      const { desktopId, place } = one;
      const look = { desktopId, place, sight: undefined, busy: false, at: clock.date().getTime() };
      if (project === undefined) return { ...look, ...(error === undefined ? {} : { error }) };
      try {
        return await lookAt(service, project, one, busy);
      } catch (error) {
        return { ...look, place: project.place, error: textOf(error) };
      }
    }),
  );
}

function reading(clock: Clock, desktopId: string): Operation {
  return new Operation(clock, { doing: "reading", disk: "the data disks", desktopId, ...READ_TIME });
}

async function open(
  projects: Projects,
  clock: Clock,
  one: Named,
): Promise<{ one: Named; project?: Project; error?: string }> {
  const problems = projects.check(one.place);
  if (problems.length > 0) {
    const reasons = problems.map(({ reason }) => reason).join("; ");
    return { one, error: `${reasons}. (The stack configuration is not read here, only the environment is.)` };
  }
  try {
    const operation = reading(clock, one.desktopId);
    return await within(operation, async () => ({
      one,
      project: await operation.inTime(projects.open(one.place)),
    }));
  } catch (error) {
    return { one, error: textOf(error) };
  }
}

async function lookAt(
  service: Service,
  project: Project,
  { desktopId, volumeIds, awaited }: Named,
  busyIn: Map<Project, Promise<Set<string>>>,
): Promise<Look> {
  const { clock } = service;
  const operation = reading(clock, desktopId);
  return within(operation, async () => {
    // Jobs first: one that ends meanwhile has its disk on the desktop when that is read.
    const isBusy = awaited && (await jobsOf(project, operation, busyIn)).has(desktopId);
    service.arrived();
    let sight = await project.lookFor(desktopId, volumeIds, operation);
    if (awaited && !isBusy && !sight.gone) {
      await clock.sleep(SECOND_LOOK_MS, operation.signal);
      service.arrived();
      sight = await project.lookFor(desktopId, volumeIds, operation);
    }
    const serverTime = sight.gone ? undefined : sight.desktop.serverTime;
    return {
      desktopId,
      place: project.place,
      sight,
      busy: isBusy || (!sight.gone && sight.desktop.taskStatus !== undefined),
      at: serverTime ?? clock.date().getTime(),
    };
  });
}

/** One question for all desktops of a project. */
function jobsOf(
  project: Project,
  operation: Operation,
  busyIn: Map<Project, Promise<Set<string>>>,
): Promise<Set<string>> {
  const asked = busyIn.get(project) ?? project.busyDesktops(operation);
  busyIn.set(project, asked);
  return asked;
}

function keyOf(desktopId: string, { region, projectId }: Place): string {
  return JSON.stringify([desktopId, region, projectId]);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
