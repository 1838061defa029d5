import { randomUUID } from "node:crypto";
import { defaultMetadata, type Desktop, type DesktopSpec, type Tag } from "./desktops";
import type { Job, JobFate, JobType } from "./jobs";
import { denied, refuseWhileBusy } from "./busy";
import type { Project } from "./project";
import { invalidParameter, Refusal, unknownDesktop } from "./refusals";
import { asBought, checkTuning, refuseTwice, type NewVolume, type Start } from "./volumes";

/** The body of CreateDesktop, as far as it has an effect. */
export interface NewDesktops {
  desktop_type: string;
  availability_zone?: string;
  product_id: string;
  image_id: string;
  root_volume: NewVolume;
  data_volumes?: NewVolume[];
  nics?: { subnet_id: string }[];
  security_groups?: { id: string }[];
  desktops?: { user_name: string; computer_name?: string; desktop_name_prefix?: string }[];
  desktop_name?: string;
  desktop_ips?: string[];
  /** How many desktops without a user; instead of `desktops`. */
  size?: number;
  tags?: { key: string; value?: string }[];
  enterprise_project_id?: string;
}

/** A desktop that BatchRunDesktops has left as it was. */
export interface FailedOperation {
  desktop_id: string;
  desktop_name: string;
  error_code: string;
  error_msg: string;
}

const minRootSize = 80;

/** Creates desktops, in one job with a sub-job a desktop. They are shown from now on, with the task's words. */
export function createDesktops(project: Project, wanted: NewDesktops, { by, fateOf }: Start): Job {
  const { root_volume, data_volumes = [], desktop_ips = [] } = wanted;
  if (root_volume.size < minRootSize)
    throw invalidParameter(`body/root_volume/size must be >= ${minRootSize}`);
  for (const volume of [root_volume, ...data_volumes]) checkTuning(volume);
  const names = namesOf(wanted);
  if (desktop_ips.length > 0 && desktop_ips.length !== names.length)
    throw invalidParameter(`desktop_ips must have an address for each of the ${names.length} desktops.`);
  refuseTwice(names.map(({ name }) => name));
  const known = new Set(project.desktops.map(({ computer_name }) => computer_name));
  const taken = names.find(({ name }) => known.has(name));
  if (taken) throw invalidParameter(`There is a desktop ${taken.name} already.`);
  const fate = fateOf();
  const works = names.map(({ name, user }, index) => {
    const address = desktop_ips[index];
    const spec = { ...specOf(wanted), computer_name: name, user_name: user };
    const desktop = project.putDesktop({
      ...spec,
      ...(address !== undefined && { ip_addresses: [address] }),
    });
    return { desktop, steps: [{ what: "power", status: "ACTIVE" }] as const };
  });
  return project.jobs.start("CREATE_DESKTOP", works, by, fate);
}

/** What the desktops are called, and who uses them. */
function namesOf({ desktops, desktop_name, size }: NewDesktops): { name: string; user: string | null }[] {
  if ((desktops === undefined) === (size === undefined))
    throw invalidParameter("Give either desktops or size.");
  if (desktops)
    return desktops.map(({ computer_name, desktop_name_prefix = "DESKTOP", user_name }) => ({
      name: computer_name ?? `${desktop_name_prefix}-${randomUUID().slice(0, 6).toUpperCase()}`,
      user: user_name,
    }));
  if (desktop_name === undefined || desktop_name === "") throw invalidParameter("desktop_name is missing");
  const count = size ?? 0;
  return Array.from({ length: count }, (_, index) => ({
    name: count === 1 ? desktop_name : `${desktop_name}${String(index + 1).padStart(2, "0")}`,
    user: null,
  }));
}

function specOf(wanted: NewDesktops): DesktopSpec {
  const { availability_zone: zone, product_id, image_id, nics = [], security_groups = [] } = wanted;
  const [nic] = nics;
  return {
    desktop_id: randomUUID(),
    // The documents have no word for a desktop that is being created; its task says so.
    status: "SHUTOFF",
    desktop_type: wanted.desktop_type,
    product_id,
    metadata: { ...defaultMetadata(product_id), "metering.image_id": image_id },
    root_volume: asBought(wanted.root_volume),
    data_volumes: (wanted.data_volumes ?? []).map(asBought),
    tags: (wanted.tags ?? []).map(({ key, value = "" }): Tag => ({ key, value })),
    ...(zone !== undefined && zone !== "" && { availability_zone: zone }),
    ...(nic && { subnet_id: nic.subnet_id }),
    ...(security_groups.length > 0 && {
      security_groups: security_groups.map(({ id }) => ({ id, name: `group-${id.slice(0, 8)}` })),
    }),
    ...(wanted.enterprise_project_id !== undefined && {
      enterprise_project_id: wanted.enterprise_project_id,
    }),
  };
}

/**
 * Deletes desktops with their disks, at the end of a job.
 * @param shown whether the job is in the lists: a single delete answers none
 * @param isForced whether a job that is under way is broken off
 */
export function deleteDesktops(
  project: Project,
  desktopIds: readonly string[],
  { by, fateOf }: Start,
  { shown, isForced }: { shown: boolean; isForced: boolean },
): Job {
  refuseTwice(desktopIds);
  const desktops = desktopIds.map((id) => project.desktop(id));
  for (const desktop of desktops) {
    if (isForced && desktop.running?.job.type !== "DELETE_DESKTOP") continue;
    refuseWhileBusy(project, desktop, "deleteDesktops");
  }
  for (const { running } of desktops) if (running) project.jobs.abort(running);
  const works = desktops.map((desktop) => ({ desktop, steps: [{ what: "drop" }] as const }));
  return project.jobs.start("DELETE_DESKTOP", works, by, hiddenUnless(shown, fateOf()));
}

/** What BatchRunDesktops does: the job, the statuses that it needs and the one that it ends with. */
interface Operation {
  readonly type: JobType;
  readonly from: readonly string[];
  readonly to: string;
}

const operations: Readonly<Record<string, Operation>> = {
  "os-start": { type: "START_DESKTOP", from: ["SHUTOFF", "HIBERNATED"], to: "ACTIVE" },
  "os-stop": { type: "STOP_DESKTOP", from: ["ACTIVE"], to: "SHUTOFF" },
  "os-hibernate": { type: "HIBERNATE_DESKTOP", from: ["ACTIVE"], to: "HIBERNATED" },
  reboot: { type: "REBOOT_DESKTOP", from: ["ACTIVE"], to: "ACTIVE" },
};
/** These are done to a desktop in error too, by force. */
const forcible = ["os-stop", "reboot"];

/** Starts, stops or reboots desktops. What cannot be done on one desktop does not keep the others from it. */
export function runDesktops(
  project: Project,
  desktopIds: readonly string[],
  { name, isForced }: { name: string; isForced: boolean },
  { by, fateOf }: Start,
): FailedOperation[] {
  const operation = operations[name];
  if (!operation) throw invalidParameter("body/op_type must be os-start, os-stop, os-hibernate or reboot");
  refuseTwice(desktopIds);
  const failed: FailedOperation[] = [];
  const works = desktopIds.flatMap((id) => {
    const found = project.find(id);
    const problem = problemOf(project, id, found, { name, isForced, from: operation.from });
    if (!found || problem) {
      const { code, message } = problem ?? unknownDesktop(id);
      failed.push({
        desktop_id: id,
        desktop_name: found?.computer_name ?? "",
        error_code: code,
        error_msg: message,
      });
      return [];
    }
    return [{ desktop: found, steps: [{ what: "power", status: operation.to }] as const }];
  });
  if (works.length > 0) {
    const fate: JobFate = { ...fateOf(), ...(isForced && { forced: true }) };
    project.jobs.start(operation.type, works, by, hiddenUnless(false, fate));
  }
  return failed;
}

function problemOf(
  project: Project,
  id: string,
  desktop: Desktop | undefined,
  { name, isForced, from }: { name: string; isForced: boolean; from: readonly string[] },
): Refusal | undefined {
  if (!desktop) return unknownDesktop(id);
  try {
    refuseWhileBusy(project, desktop, name);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  const isFit =
    from.includes(desktop.status) || (isForced && desktop.status === "ERROR" && forcible.includes(name));
  return isFit ? undefined : denied(desktop, desktop.status, name);
}

function hiddenUnless(shown: boolean, fate: JobFate): JobFate {
  return shown ? fate : { ...fate, hidden: true };
}
