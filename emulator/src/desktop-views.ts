import { visibleVersion } from "./desktop-versions";
import type { Dialects, LaggingRead } from "./dialects";
import { diskTime } from "./job-views";
import type { Desktop, SecurityGroup, StaleView, Tag, Volume } from "./desktops";
import type { ViewFault } from "./faults";
import type { Jobs, JobType } from "./jobs";
import { describedProduct } from "./products";
import { shuffled, type Random } from "./random";

/** A desktop as reads show it. Some parts can be missing when a fault takes them away. */
export interface DesktopView {
  desktop_id: string;
  computer_name: string;
  status: string;
  task_status: string | null;
  /** 0..100; null without a task. */
  process: number | null;
  availability_zone: string;
  enterprise_project_id: string;
  tags: Tag[];
  root_volume: Partial<Volume>;
  data_volumes?: Partial<Volume>[];
  user_name: string | null;
  pool_id: string | null;
  user_list: string[];
  attach_state: "ATTACHED" | "UNATTACH";
  attach_user_infos?: { user_name: string; type: "USER" }[];
  product_id: string;
  product: ProductView;
  flavor: { id: string };
  created: string;
  metadata: Record<string, string>;
  desktop_type: string;
  ip_addresses: string[];
  subnet_id: string;
  security_groups: SecurityGroup[];
  login_status: "UNREGISTER" | "REGISTERED";
  in_maintenance_mode: boolean;
}

/** What a desktop is bought as. */
interface ProductView {
  product_id: string;
  flavor_id: string;
  type: string;
  cpu: string;
  /** MB */
  memory: string;
  descriptions: string;
  charge_mode: string;
}

/** What is needed to show a desktop. */
export interface DesktopViewer {
  /** What a fault makes reads show instead of the disks. */
  readonly staleView: (desktop: Desktop) => StaleView | undefined;
  readonly jobs: Jobs;
  /** Emulator time in ms. */
  readonly now: number;
  /** Data disks come in no order. */
  readonly random: Random;
  readonly faults: readonly ViewFault[];
  readonly dialects: Dialects;
  /** Each kind of read lags by itself. */
  readonly read: LaggingRead;
}

/** What a desktop that is busy with something other than its disks shows one after the other, in the documents' words. */
const taskWords: Readonly<Partial<Record<JobType, readonly string[]>>> = {
  CREATE_DESKTOP: ["scheduling", "block_device_mapping", "networking", "spawning"],
  DELETE_DESKTOP: ["deleting"],
  START_DESKTOP: ["powering-on"],
  STOP_DESKTOP: ["powering-off"],
  REBOOT_DESKTOP: ["reboot_pending", "reboot_started", "rebooting"],
};
const forcedReboot = ["reboot_pending_hard", "reboot_started_hard", "rebooting_hard"];
/** Another client's job can be any of these, and stays so. */
const maintenanceWords = ["rebooting", "powering-off", "networking", "rebuilding"] as const;

type Disks = Readonly<{ root_volume: Volume; data_volumes: readonly Volume[] }>;

/** Shows a desktop that has been settled. */
export function viewDesktop(desktop: Desktop, viewer: DesktopViewer): DesktopView {
  const { now, random, faults, dialects, read } = viewer;
  const shown = viewer.staleView(desktop) ?? visibleVersion(desktop, read, now, dialects);
  const disks = inDialect(shown, dialects);
  const product = { ...describedProduct(desktop.product_id), charge_mode: chargeModeOf(desktop) };
  const view: DesktopView = {
    desktop_id: desktop.desktop_id,
    computer_name: desktop.computer_name,
    status: desktop.status,
    ...taskOf(desktop, viewer),
    availability_zone: desktop.availability_zone,
    enterprise_project_id: desktop.enterprise_project_id,
    tags: desktop.tags,
    root_volume: disks.root_volume,
    data_volumes: shuffled(disks.data_volumes, random),
    user_name: desktop.user_name,
    pool_id: desktop.pool_id,
    ...usersOf(desktop),
    product_id: desktop.product_id,
    product,
    flavor: { id: product.flavor_id },
    created: desktop.created,
    metadata: desktop.metadata,
    desktop_type: desktop.desktop_type,
    ip_addresses: desktop.ip_addresses,
    subnet_id: desktop.subnet_id,
    security_groups: desktop.security_groups,
    login_status: desktop.status === "ACTIVE" ? "REGISTERED" : "UNREGISTER",
    in_maintenance_mode: desktop.in_maintenance_mode,
  };
  for (const fault of faults) spoil(view, fault);
  if (dialects.has("absent-lists") && view.data_volumes?.length === 0) delete view.data_volumes;
  return view;
}

function usersOf({
  user_name,
}: Desktop): Pick<DesktopView, "user_list" | "attach_state" | "attach_user_infos"> {
  if (user_name === null) return { user_list: [], attach_state: "UNATTACH" };
  return {
    user_list: [user_name],
    attach_state: "ATTACHED",
    attach_user_infos: [{ user_name, type: "USER" }],
  };
}

/** The product has it the other way round than `metadata.charging_mode`: 0 is yearly/monthly. */
export function chargeModeOf({ metadata }: Desktop): "0" | "1" {
  return metadata.charging_mode === "1" ? "0" : "1";
}

function inDialect(disks: Disks, dialects: Dialects): Disks {
  const root_volume = shownVolume(disks.root_volume);
  const data_volumes = disks.data_volumes.map(shownVolume);
  if (!dialects.has("zoneless-times")) return { root_volume, data_volumes };
  const zoneless = (volume: Volume) => ({ ...volume, create_time: diskTime(volume.create_time, dialects) });
  return { root_volume: zoneless(root_volume), data_volumes: data_volumes.map(zoneless) };
}

/** Without what the service does not show. */
function shownVolume(volume: Volume): Volume {
  if (volume.enterprise_project_id === undefined) return volume;
  const shown = { ...volume };
  delete shown.enterprise_project_id;
  return shown;
}

function taskOf(
  { running, desktop_id, task_status }: Desktop,
  { jobs, dialects }: DesktopViewer,
): Pick<DesktopView, "task_status" | "process"> {
  const idle = { task_status: task_status ?? (dialects.has("idle-is-empty") ? "" : null), process: null };
  if (!running) return idle;
  const process = jobs.progress(running);
  if (!dialects.has("idle-is-empty")) return { task_status: running.job.type, process };
  const { type, number, fate } = running.job;
  if (type === "MAINTENANCE")
    return {
      task_status: maintenanceWords[(desktop_id.length + number) % maintenanceWords.length] ?? "",
      process,
    };
  const words = type === "REBOOT_DESKTOP" && fate.forced ? forcedReboot : taskWords[type];
  // The documents have no word for jobs of disks, and none for hibernation.
  if (!words) return idle;
  return { task_status: words[Math.floor((process / 100) * words.length)] ?? words.at(-1) ?? "", process };
}

function spoil(view: DesktopView, fault: ViewFault): void {
  if ("desktop_id" in fault && fault.desktop_id !== view.desktop_id) return;
  switch (fault.fault) {
    case "no-data-volumes":
      delete view.data_volumes;
      return;
    case "root-among-data":
      // A list that another fault took away stays away: one of the root volume alone would deny every data disk.
      if (view.data_volumes) view.data_volumes = [view.root_volume, ...view.data_volumes];
      return;
    case "older-fields":
      view.root_volume = olderVolume(view.root_volume);
      if (view.data_volumes) view.data_volumes = view.data_volumes.map(olderVolume);
      return;
    case "list-misses-desktop":
    case "desktop-as-array":
      // These are about the answer around the desktop.
      return;
  }
}

function olderVolume(volume: Partial<Volume>): Partial<Volume> {
  const older = { ...volume };
  delete older.iops;
  delete older.throughput;
  delete older.kms_id;
  delete older.resource_spec_code;
  return older;
}
