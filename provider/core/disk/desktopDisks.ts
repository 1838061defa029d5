import { CoreError } from "../errors";
import { otherKind, wrongKind } from "./attachment";
import {
  DISK_NAMES,
  type DiskInputs,
  given,
  isRecord,
  type Maybe,
  type Properties,
  readDesktopInputs,
  readDisk,
  type Refusal,
  type SetInputs,
  SHARED_NAMES,
  UNKNOWN,
  validateSet,
} from "./inputs";
import type { Codec } from "./codec";
import {
  compact,
  type DiskState,
  type PendingDisk,
  readDiskState,
  readPending,
  readTop,
  type SetState,
  writeDiskState,
  writeTop,
} from "./state";

/** `DesktopDataDisks`: data disks of one desktop, by name. Its id is the desktop's id. */
export const setCodec: Codec = {
  kind: "DesktopDataDisks",
  path: (name, property) => ["disks", name, ...(property === undefined ? [] : [property])].join("."),
  prefix: (name) => `disks.${name}.`,
  wholeTitle: () => "data disks",
  title: (name, volumeId) => `data disk "${name}"${volumeId === undefined ? "" : ` (${volumeId})`}`,

  validate: validateSet,

  readInputs(raw: Properties): SetInputs {
    const top = readDesktopInputs(raw);
    if (!isRecord(raw.disks)) return { ...top, disks: raw.disks === UNKNOWN ? UNKNOWN : new Map() };
    const disks = Object.entries(raw.disks).map(([name, entry]): [string, Maybe<DiskInputs>] => [
      name,
      isRecord(entry) ? readDisk(entry, top.shared) : UNKNOWN,
    ]);
    return { ...top, disks: new Map(disks) };
  },

  otherKind(raw: Properties): Refusal | undefined {
    const isAttachment = raw.disks === undefined && (raw.volumeId !== undefined || raw.size !== undefined);
    return isAttachment ? otherKind("DataDiskAttachment", "DesktopDataDisks") : undefined;
  },

  readState(id: string, raw: Properties): SetState {
    const other = setCodec.otherKind(raw);
    if (other !== undefined) throw wrongKind(id, other);
    const desktopId = typeof raw.desktopId === "string" ? raw.desktopId : id;
    const top = readTop(raw, "DesktopDataDisks", desktopId);
    const disks = new Map<string, DiskState>();
    for (const [name, entry] of Object.entries(isRecord(raw.disks) ? raw.disks : {})) {
      const disk = isRecord(entry) ? readDiskState(entry) : undefined;
      if (disk === undefined) throw withoutId(name, desktopId);
      disks.set(name, disk);
    }
    const pendingAdds = new Map<string, PendingDisk>();
    for (const [name, entry] of Object.entries(isRecord(raw.pendingAdds) ? raw.pendingAdds : {})) {
      const pending = readPending(entry);
      if (pending !== undefined) pendingAdds.set(name, pending);
    }
    return { ...top, desktopId, disks, pendingAdds };
  },

  writeState(state: SetState): Properties {
    // Programs read it: a disk that is not protected says so.
    const flags = state.version < 2 ? {} : { deletionProtection: false };
    const disks = [...state.disks].map(
      ([name, disk]) => [name, { ...flags, ...writeDiskState(disk, state.version) }] as const,
    );
    const volumeIds = [...state.disks].map(([name, { volumeId }]) => [name, volumeId] as const);
    return {
      ...writeTop(state),
      ...compact({ ...state.shared }),
      disks: Object.fromEntries(disks),
      volumeIds: Object.fromEntries(volumeIds),
      ...(state.released.size === 0 ? {} : { released: Object.fromEntries(state.released) }),
      ...(state.pendingAdds.size === 0 ? {} : { pendingAdds: Object.fromEntries(state.pendingAdds) }),
    };
  },

  writeInputs(state: SetState, drifted: ReadonlyMap<string, object>): Properties {
    const { desktopId, enterpriseProjectId, place, shared } = state;
    const { profile, iamEndpoint } = place;
    const entries = [...state.disks].map(([name, disk]) => {
      const isSaidForAll = (key: string, value: unknown) =>
        SHARED_NAMES.some((one) => one === key && (shared[one] ?? false) === value);
      const own = Object.entries(given({ ...disk }, DISK_NAMES)).filter(
        ([key, value]) => !isSaidForAll(key, value),
      );
      return [name, { ...Object.fromEntries(own), ...drifted.get(name) }] as const;
    });
    const disks = Object.fromEntries(entries);
    return compact({ desktopId, enterpriseProjectId, profile, iamEndpoint, ...shared, disks });
  },

  idOf: (state: SetState) => state.desktopId,
};

function withoutId(name: string, desktopId: string): CoreError {
  return new CoreError({
    code: "HWD1802",
    failed: `Reading the state of data disk "${name}" of desktop ${desktopId}`,
    why: "it has no volumeId",
    now: "Nothing was sent to the service",
    next: `Put the volumeId back, or take the disk out, with "pulumi state edit"`,
  });
}
