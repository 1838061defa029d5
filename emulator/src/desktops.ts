import { createHash, randomUUID } from "node:crypto";
import { firstVersion, type DesktopVersion } from "./desktop-versions";
import type { SubJob } from "./jobs";
import { usualProduct } from "./products";

/** A disk as the service shows it. */
export interface Volume {
  volume_id: string;
  /** A table's row: no call takes it. */
  id: string;
  type: string;
  /** GB */
  size: number;
  device: string;
  display_name: string;
  create_time: string;
  bill_resource_id: string;
  iops: number | null;
  /** MiB/s */
  throughput: number | null;
  kms_id: string | null;
  resource_spec_code: string;
  /** The enterprise project that it was bought in: no answer of the service shows it. */
  enterprise_project_id?: string;
}

/** What a disk is made from: everything that is left out is made up. */
export type VolumeSpec = Partial<Volume>;

export interface Tag {
  key: string;
  value: string;
}

export interface SecurityGroup {
  id: string;
  name: string;
}

/** A desktop to add or to change: everything but the id is optional. */
export interface DesktopSpec {
  desktop_id: string;
  /** Which project it is in. Default: the first project of the first account. */
  project_id?: string;
  /** Default: made from the id. */
  computer_name?: string;
  /** Default: ACTIVE */
  status?: string;
  /** What task_status shows while no job runs, such as deleteFailed. Default: that nothing is under way */
  task_status?: string;
  /** Default: the project's region and the letter a. */
  availability_zone?: string;
  /** Default: "0" */
  enterprise_project_id?: string;
  tags?: Tag[];
  user_name?: string | null;
  pool_id?: string | null;
  product_id?: string;
  created?: string;
  /** `charging_mode` "0" is pay-per-use, "1" yearly/monthly. Default: "0", and an image of its own */
  metadata?: Record<string, string>;
  /** Default: POOLED in a pool, DEDICATED otherwise. */
  desktop_type?: string;
  /** Default: one address, made from the id. */
  ip_addresses?: string[];
  subnet_id?: string;
  security_groups?: SecurityGroup[];
  in_maintenance_mode?: boolean;
  /** Default: a disk of the type SAS with 80 GB. */
  root_volume?: VolumeSpec;
  /** Default: none. When given, it replaces the data disks that a known desktop has. */
  data_volumes?: VolumeSpec[];
}

/** A desktop in full: what the admin side shows, and takes back as a DesktopSpec. */
export interface DesktopRecord {
  desktop_id: string;
  project_id: string;
  computer_name: string;
  status: string;
  availability_zone: string;
  enterprise_project_id: string;
  tags: Tag[];
  user_name: string | null;
  pool_id: string | null;
  product_id: string;
  created: string;
  metadata: Record<string, string>;
  desktop_type: string;
  ip_addresses: string[];
  subnet_id: string;
  security_groups: SecurityGroup[];
  in_maintenance_mode: boolean;
  root_volume: Volume;
  data_volumes: Volume[];
}

/** What reads show while they lag behind. */
export interface StaleView {
  readonly root_volume: Volume;
  readonly data_volumes: readonly Volume[];
  /** Emulator time until which it is shown. */
  until: number;
  /** So many reads still show it. */
  reads: number;
}

export interface Desktop extends DesktopRecord {
  task_status?: string;
  /** The one change that is under way. */
  running: SubJob | undefined;
  stale: StaleView | undefined;
  /** What its disks were after each change, oldest first. */
  versions: DesktopVersion[];
  /** When disks were last accepted to be added; emulator time. */
  lastAddAt: number | undefined;
}

/** The most data disks that one desktop can have. */
export const maxDataVolumes = 10;

/** Makes a disk of a desktop; `position` 0 is the root volume. */
export function makeVolume(spec: VolumeSpec, position: number, now: number): Volume {
  const volumeId = spec.volume_id ?? randomUUID();
  const type = spec.type ?? "SAS";
  return {
    volume_id: volumeId,
    id: randomUUID(),
    type,
    size: position === 0 ? 80 : 10,
    device: `/dev/sd${String.fromCharCode(97 + (position % 26))}`,
    display_name: position === 0 ? "system" : `data-${volumeId.slice(0, 8)}`,
    create_time: new Date(now).toISOString(),
    bill_resource_id: randomUUID(),
    iops: null,
    throughput: null,
    kms_id: null,
    resource_spec_code: specCode(type),
    ...spec,
  };
}

/** The product that a disk of this type is bought as. */
export function specCode(type: string): string {
  return `workspace.volume.${type.toLowerCase()}`;
}

/** The first device name that no disk of the desktop has. */
export function freePosition(desktop: Desktop): number {
  const taken = new Set(desktop.data_volumes.map((volume) => volume.device));
  let position = 1;
  while (taken.has(`/dev/sd${String.fromCharCode(97 + position)}`)) position += 1;
  return position;
}

/** Of a pay-per-use desktop with an image of its own. */
export function defaultMetadata(productId: string): Record<string, string> {
  return {
    charging_mode: "0",
    image_name: "windows-desktop",
    "metering.image_id": "10000000-0000-4000-8000-000000000001",
    "metering.resourcespeccode": productId,
    "metering.resourcetype": "1",
    os_type: "Windows",
    os_bit: "64",
  };
}

/** A private address that is the same for the same id. */
function addressOf(desktopId: string): string {
  const [one = 0, other = 0] = createHash("sha256").update(desktopId).digest();
  return `172.16.${one}.${other}`;
}

export function makeDesktop(spec: DesktopSpec, projectId: string, region: string, now: number): Desktop {
  const { root_volume, data_volumes, ...rest } = spec;
  const desktop: Desktop = {
    computer_name: `DESKTOP-${spec.desktop_id.slice(-6).toUpperCase()}`,
    status: "ACTIVE",
    availability_zone: `${region}a`,
    enterprise_project_id: "0",
    tags: [],
    user_name: null,
    pool_id: null,
    product_id: usualProduct,
    created: new Date(now).toISOString(),
    metadata: defaultMetadata(spec.product_id ?? usualProduct),
    desktop_type: typeof spec.pool_id === "string" ? "POOLED" : "DEDICATED",
    ip_addresses: [addressOf(spec.desktop_id)],
    subnet_id: "30000000-0000-4000-8000-000000000001",
    security_groups: [{ id: "40000000-0000-4000-8000-000000000001", name: "WorkspaceUserSecurityGroup" }],
    in_maintenance_mode: false,
    ...rest,
    project_id: projectId,
    root_volume: makeVolume(root_volume ?? {}, 0, now),
    data_volumes: [],
    running: undefined,
    stale: undefined,
    versions: [],
    lastAddAt: undefined,
  };
  setDataVolumes(desktop, data_volumes ?? [], now);
  desktop.versions = [firstVersion(desktop, now)];
  return desktop;
}

/** Takes over what the spec names and leaves the rest as it is. */
export function changeDesktop(desktop: Desktop, spec: DesktopSpec, now: number): void {
  const { root_volume, data_volumes, ...rest } = spec;
  Object.assign(desktop, rest);
  if (root_volume) Object.assign(desktop.root_volume, root_volume);
  if (data_volumes) setDataVolumes(desktop, data_volumes, now);
  // An admin's change shows at once: it describes the world, and is no change in it.
  desktop.versions = [firstVersion(desktop, now)];
}

function setDataVolumes(desktop: Desktop, specs: readonly VolumeSpec[], now: number): void {
  desktop.data_volumes = [];
  for (const spec of specs) {
    desktop.data_volumes.push(makeVolume(spec, freePosition(desktop), now));
  }
}

/** The desktops that `--desktops` makes: their ids and names follow from the number, 1 for the first. */
export function numberedDesktop(number: number): DesktopSpec {
  const tail = String(number).padStart(12, "0");
  return {
    desktop_id: `d0000000-0000-4000-8000-${tail}`,
    computer_name: `DESKTOP-${String(number).padStart(4, "0")}`,
    root_volume: { volume_id: `a0000000-0000-4000-8000-${tail}` },
  };
}

/** A copy that holds nothing of the emulator's own. */
export function desktopRecord(desktop: Desktop): DesktopRecord {
  return structuredClone({
    desktop_id: desktop.desktop_id,
    project_id: desktop.project_id,
    computer_name: desktop.computer_name,
    status: desktop.status,
    availability_zone: desktop.availability_zone,
    enterprise_project_id: desktop.enterprise_project_id,
    tags: desktop.tags,
    user_name: desktop.user_name,
    pool_id: desktop.pool_id,
    product_id: desktop.product_id,
    created: desktop.created,
    metadata: desktop.metadata,
    desktop_type: desktop.desktop_type,
    ip_addresses: desktop.ip_addresses,
    subnet_id: desktop.subnet_id,
    security_groups: desktop.security_groups,
    in_maintenance_mode: desktop.in_maintenance_mode,
    root_volume: desktop.root_volume,
    data_volumes: desktop.data_volumes,
  });
}
