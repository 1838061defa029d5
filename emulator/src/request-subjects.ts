import type { Project } from "./project";

/** The parts of a request in which ids can be. */
export interface Subjects {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  readonly body: unknown;
}

/** The volumes that a request names. It has not been checked yet, so anything can be in it. */
export function volumeIdsOf({ params, body }: Subjects): ReadonlySet<string> {
  const ids = new Set<string>();
  if (params.volume_id !== undefined) ids.add(params.volume_id);
  for (const id of listIn(body, "volume_ids")) if (typeof id === "string") ids.add(id);
  for (const item of listIn(body, "desktop_volumes_expansion")) addText(ids, partOf(item, "volume_id"));
  return ids;
}

/** The desktops that a request is about: named in it, or by a volume or a job of theirs. */
export function desktopIdsOf(
  subjects: Subjects,
  { projects }: { readonly projects: readonly Project[] },
): ReadonlySet<string> {
  const { params, query, body } = subjects;
  const ids = new Set<string>();
  addText(ids, params.desktop_id);
  for (const id of textsOf(query.desktop_id)) ids.add(id);
  for (const name of ["desktop_volumes", "addDesktopVolumesReq", "desktop_volumes_expansion"]) {
    for (const item of listIn(body, name)) addText(ids, partOf(item, "desktop_id"));
  }
  for (const id of listIn(body, "desktop_ids")) addText(ids, id);
  const jobId = params.job_id ?? textsOf(query.job_id)[0];
  const volumeIds = volumeIdsOf(subjects);
  for (const project of projects) {
    for (const volumeId of volumeIds) addText(ids, project.ownerOf(volumeId));
    if (jobId === undefined) continue;
    for (const { desktop } of project.jobs.subJobs(jobId)) ids.add(desktop.desktop_id);
  }
  return ids;
}

/** The values of a query parameter, whichever way several are written. */
function textsOf(value: string | readonly string[] | undefined): string[] {
  return [value ?? []]
    .flat()
    .flatMap((text) => text.split(","))
    .filter((text) => text !== "");
}

function partOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function listIn(body: unknown, name: string): readonly unknown[] {
  const list = partOf(body, name);
  return Array.isArray(list) ? (list as unknown[]) : [];
}

function addText(ids: Set<string>, id: unknown): void {
  if (typeof id === "string") ids.add(id);
}
