import type { Kind } from "../core/disk/inputs";
import { isKnown, isRecord, type Properties, UNKNOWN } from "../core/host";
import { volumeOutputs } from "../core/schema";

const PLACE = ["region", "projectId", "endpoint"] as const;
const SHARED = ["deletionProtection", "deletionPolicy", "allowReplace"] as const;
/** Used only when a disk is added or adopted; not stored in state. */
const READ_ONCE: readonly string[] = ["existingVolumeId", "enterpriseProjectId"];

/** The outputs that a create or an update will have, as far as they are known. Pure: a preview makes no call. */
export function previewOutputs(kind: Kind, olds: Properties, news: Properties): Properties {
  const place = Object.fromEntries(PLACE.map((name) => [name, news[name] ?? olds[name] ?? UNKNOWN]));
  if (kind === "DataDiskAttachment") return { ...diskOutputs(olds, news), ...place };
  const { disks } = news;
  const top = Object.fromEntries(Object.entries(news).filter(([name]) => !READ_ONCE.includes(name)));
  if (!isRecord(disks)) return { ...top, ...place, disks: UNKNOWN, volumeIds: UNKNOWN };
  const before = isRecord(olds.disks) ? olds.disks : {};
  const shared = Object.fromEntries(
    SHARED.flatMap((name) => (isKnown(news[name]) ? [[name, news[name]]] : [])),
  );
  const entries = Object.entries(disks).map(([name, entry]) => {
    if (!isRecord(entry)) return [name, UNKNOWN] as const;
    const old = before[name];
    return [
      name,
      { deletionProtection: false, ...shared, ...diskOutputs(isRecord(old) ? old : {}, entry) },
    ] as const;
  });
  const idOf = (entry: unknown) => (isRecord(entry) ? entry.volumeId : UNKNOWN);
  return {
    ...top,
    ...place,
    disks: Object.fromEntries(entries),
    volumeIds: Object.fromEntries(entries.map(([name, entry]) => [name, idOf(entry)])),
  };
}

function diskOutputs(old: Properties, wanted: Properties): Properties {
  const kept = Object.fromEntries(Object.entries(wanted).filter(([name]) => !READ_ONCE.includes(name)));
  const differs = (name: string) => wanted[name] !== undefined && wanted[name] !== old[name];
  // A change of type or key replaces the disk.
  const stays = old.volumeId !== undefined && !differs("type") && !differs("kmsId");
  const facts = Object.keys(volumeOutputs).map((name) => [name, stays ? old[name] : UNKNOWN] as const);
  const adopted = stays || wanted.existingVolumeId === undefined ? {} : { volumeId: wanted.existingVolumeId };
  return {
    ...kept,
    ...Object.fromEntries(facts.filter(([, value]) => value !== undefined)),
    ...adopted,
  };
}
