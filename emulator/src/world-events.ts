import { maxDataVolumes, type Desktop } from "./desktops";
import type { EventFault } from "./faults";
import type { Work } from "./jobs";
import type { Project } from "./project";
import { invalidParameter } from "./refusals";

const byFault = { who: "fault" } as const;

/** Where things can happen behind a client's back. */
export interface World {
  /** All projects of all accounts. */
  readonly projects: readonly Project[];
  readonly revokeTokens: (token?: string) => void;
}

/** Refuses an event that could not happen now. */
export function refuseImpossible(event: EventFault, world: World): void {
  if (event.fault === "token-revoked") return;
  const { desktop } = placeOf(event.desktop_id, world);
  if (event.fault === "desktop-deleted") return;
  if (event.fault === "foreign-job" || event.job === "visible") {
    if (desktop.running) throw invalidParameter(`The desktop ${event.desktop_id} has a job already.`);
  }
  if (
    event.fault === "volumes-added" &&
    desktop.data_volumes.length + event.volumes.length > maxDataVolumes
  ) {
    throw invalidParameter(
      `The desktop ${event.desktop_id} would have more than ${maxDataVolumes} data disks.`,
    );
  }
  if (event.fault === "volumes-removed") {
    for (const id of event.volume_ids) {
      if (desktop.data_volumes.some(({ volume_id }) => volume_id === id)) continue;
      throw invalidParameter(`The desktop ${event.desktop_id} has no data disk ${id}.`);
    }
  }
}

/** Refuses an event on a desktop that there is not. */
export function refuseNowhere(event: EventFault, world: World): void {
  if (event.fault !== "token-revoked") placeOf(event.desktop_id, world);
}

/** Lets it happen. What has become impossible meanwhile does not happen. */
export function happen(event: EventFault, world: World): void {
  if (event.fault === "token-revoked") {
    world.revokeTokens(event.token);
    return;
  }
  const place = locate(event.desktop_id, world);
  if (!place) return;
  const { project, desktop } = place;
  switch (event.fault) {
    case "desktop-deleted":
      if (event.as === "status") project.markDeleted(desktop, byFault);
      else project.dropDesktop(desktop, byFault);
      return;
    case "foreign-job":
      begin(project, { desktop, steps: [] }, event.visible ?? true, event.duration_ms);
      return;
    case "volumes-added": {
      const steps = event.volumes.map((spec) => ({ what: "attach", spec }) as const);
      doOrBegin(project, "ADD_VOLUME", { desktop, steps }, event.job);
      return;
    }
    case "volumes-removed": {
      const steps = event.volume_ids.map((volumeId) => ({ what: "detach", volumeId }) as const);
      doOrBegin(project, "DELETE_VOLUME", { desktop, steps }, event.job);
    }
  }
}

function begin(project: Project, work: Work, visible: boolean, durationMs: number | undefined): void {
  if (work.desktop.running) return;
  project.jobs.start("MAINTENANCE", [work], byFault, { hidden: !visible }, durationMs);
}

function doOrBegin(
  project: Project,
  type: "ADD_VOLUME" | "DELETE_VOLUME",
  work: Work,
  job: "none" | "visible" = "none",
): void {
  if (job === "none") project.doAtOnce(work.desktop, work.steps, byFault);
  else if (!work.desktop.running) project.jobs.start(type, [work], byFault);
}

function placeOf(desktopId: string, world: World): { project: Project; desktop: Desktop } {
  const place = locate(desktopId, world);
  if (!place) throw invalidParameter(`There is no desktop ${desktopId}.`);
  return place;
}

function locate(desktopId: string, { projects }: World): { project: Project; desktop: Desktop } | undefined {
  for (const project of projects) {
    const desktop = project.find(desktopId);
    if (desktop) return { project, desktop };
  }
  return undefined;
}
