import {
  describeVolumes,
  find,
  type Holdings,
  type Operation,
  type Project,
  type Sight,
  type Volume,
} from "./desktopRoom";
import type { DiskInputs } from "./inputs";

/**
 * Takes over a disk that exists instead of adding one. It must be a data disk
 * of that desktop, be what the inputs say, and be held by no other resource
 * that this run knows of. Makes no change to it.
 */
export async function adopt(
  project: Project,
  holdings: Holdings,
  desktopId: string,
  volumeId: string,
  wanted: DiskInputs,
  operation: Operation,
): Promise<Volume> {
  if (holdings.isHeld(volumeId)) {
    throw new Error(`existingVolumeId: another resource of this stack already holds disk ${volumeId}`);
  }
  const sight = await project.lookFor(desktopId, [volumeId], operation);
  const volume = adoptable(sight, volumeId, wanted);
  // Looking took time: somebody may have taken it over meanwhile.
  if (holdings.isHeld(volumeId)) {
    throw new Error(`existingVolumeId: another resource of this stack already holds disk ${volumeId}`);
  }
  holdings.adopt(volumeId);
  return volume;
}

/** The volume, if it may be taken over as it is; throws by property what does not fit. Pure. */
export function adoptable(sight: Sight, volumeId: string, wanted: DiskInputs): Volume {
  if (sight.gone)
    throw new Error("existingVolumeId: the service says that the desktop does not exist or was deleted");
  if (sight.desktop.rootVolumeId === volumeId) {
    throw new Error(`existingVolumeId: ${volumeId} is the root volume of the desktop, not a data disk`);
  }
  const volume = find(sight, volumeId);
  if (volume === undefined) {
    const there = sight.volumes.length === 0 ? "it has none" : `it has ${describeVolumes(sight.volumes)}`;
    throw new Error(`existingVolumeId: ${volumeId} is no data disk of the desktop; ${there}`);
  }
  for (const property of ["type", "size", "iops", "throughput", "kmsId"] as const) {
    const [told, asked] = [volume[property], wanted[property]];
    if (told !== undefined && asked !== undefined && told !== asked) {
      throw new Error(
        `${property}: disk ${volumeId} has ${told}, the program says ${asked}. Set ${property} to ${told} to take the disk over`,
      );
    }
  }
  return volume;
}
