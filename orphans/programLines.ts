import type { Awaited, Unowned } from "./compare";
import { compact, type DiskInputs, type Place, type Volume } from "./providerRoom";
import type { Disk, ResourceRecord } from "./stackState";

/** The one type whose speed is an input. */
const QOS_TYPE = "GPSSD2";

/** The inputs with which the provider takes a volume over as it is, and never deletes it until that is changed. */
export function adoptingInputs(volume: Volume): Partial<DiskInputs> {
  const { type, size, iops, throughput, kmsId, volumeId } = volume;
  return compact({
    type,
    size,
    ...(type === QOS_TYPE ? compact({ iops, throughput }) : {}),
    kmsId,
    existingVolumeId: volumeId,
    deletionProtection: true,
  });
}

/** A resource of its own that takes the volume over; `usual`: where the settings lead without being told. */
export function newResource({ look, volume }: Unowned, name: string, usual: Place): string[] {
  const { place, desktopId } = look;
  const elsewhere = Object.fromEntries(
    (["region", "projectId", "endpoint"] as const)
      .filter((key) => place[key] !== undefined && place[key] !== usual[key])
      .map((key) => [key, place[key]]),
  );
  const inputs = { desktopId, ...adoptingInputs(volume), ...elsewhere };
  return [`new DataDiskAttachment(${JSON.stringify(name)}, {`, ...properties(inputs), "});"];
}

/** An entry of the `disks` of a `DesktopDataDisks` that takes the volume over. */
export function newEntry(volume: Volume, name: string): string[] {
  return [`${key(name)}: {`, ...properties(adoptingInputs(volume)), "},"];
}

/** What to write into the inputs that a cut-off operation worked from. Nothing, where they say it already. */
export function intoInputs({ volume }: Unowned, { pending, disk }: Awaited): string[] {
  if (disk.wanted.existingVolumeId !== undefined) return [];
  const lines = takingOver(volume.volumeId, disk);
  return [`// in ${placeInProgram(pending.resource, disk)}:`, ...lines];
}

/** What makes a disk that is in the program already take over its volume. */
export function takingOver(volumeId: string, { wanted }: Disk): string[] {
  return [
    `existingVolumeId: ${JSON.stringify(volumeId)},`,
    ...(typeof wanted.deletionProtection === "boolean"
      ? []
      : ["deletionProtection: true, // or false: then a delete of the resource destroys the disk"]),
  ];
}

/** Where in the program a disk stands. */
export function placeInProgram({ kind, name }: ResourceRecord, disk: Disk): string {
  const within = disk.name === undefined ? "" : `disks[${JSON.stringify(disk.name)}] of `;
  return `${within}${kind} ${JSON.stringify(name)}`;
}

/** A name that none of them has: short where that is possible. */
export function freeName(volumeId: string, taken: ReadonlySet<string>): string {
  const short = `disk-${volumeId.slice(0, 8)}`;
  return taken.has(short) ? `disk-${volumeId}` : short;
}

function properties(values: object): string[] {
  return Object.entries(values).map(([name, value]) => `  ${key(name)}: ${JSON.stringify(value)},`);
}

function key(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}
