import type { Desktop, Tag, Volume } from "./desktops";
import type { ViewFault } from "./faults";
import type { Jobs } from "./jobs";
import { staleView } from "./project";
import { shuffled, type Random } from "./random";

/** A desktop as reads show it. Some parts can be missing when a fault takes them away. */
export interface DesktopView {
  desktop_id: string;
  computer_name: string;
  status: string;
  task_status: string | null;
  process: number | null;
  availability_zone: string;
  enterprise_project_id: string;
  tags: Tag[];
  root_volume: Partial<Volume>;
  data_volumes?: Partial<Volume>[];
  user_name: string | null;
  pool_id: string | null;
  product_id: string;
  created: string;
  metadata: Record<string, string>;
}

/** What is needed to show a desktop. */
export interface DesktopViewer {
  readonly jobs: Jobs;
  /** Emulator time in ms. */
  readonly now: number;
  /** Data disks come in no order. */
  readonly random: Random;
  readonly faults: readonly ViewFault[];
}

/** Shows a desktop that has been settled. */
export function viewDesktop(desktop: Desktop, { jobs, now, random, faults }: DesktopViewer): DesktopView {
  const { running } = desktop;
  const disks = staleView(desktop, now) ?? desktop;
  const view: DesktopView = {
    desktop_id: desktop.desktop_id,
    computer_name: desktop.computer_name,
    status: desktop.status,
    task_status: running ? running.job.type : null,
    process: running ? jobs.progress(running) : null,
    availability_zone: desktop.availability_zone,
    enterprise_project_id: desktop.enterprise_project_id,
    tags: desktop.tags,
    root_volume: disks.root_volume,
    data_volumes: shuffled(disks.data_volumes, random),
    user_name: desktop.user_name,
    pool_id: desktop.pool_id,
    product_id: desktop.product_id,
    created: desktop.created,
    metadata: desktop.metadata,
  };
  for (const fault of faults) spoil(view, fault);
  return view;
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
