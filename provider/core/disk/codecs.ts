import { randomUUID } from "node:crypto";
import { CoreError, RefusedError } from "../errors";
import {
  DISK_NAMES,
  type DiskInputs,
  readDesktopInputs,
  readDisk,
  type Refusal,
  type SetInputs,
  SHARED_NAMES,
  validateAttachment,
  validateSet,
} from "./inputs";
import { given, isRecord, type Maybe, type Properties, UNKNOWN } from "../host";
import type { Naming } from "./plan";
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

/** How one kind of resource is written: inputs, state and id, to and from named disks. */
export interface Codec extends Naming {
  /** Stands before a property of a disk: nothing, or `disks.data.` */
  prefix(name: string): string;
  /** `disk v`, or `data disk "data" (v)` */
  title(name: string, volumeId?: string): string;
  /** What an operation on the whole resource is about: `disk v` or `data disks`. */
  wholeTitle(state: Pick<SetState, "disks">): string;
  /** What is wrong with the inputs, by property. */
  validate(raw: Properties): Refusal[];
  readInputs(raw: Properties): SetInputs;
  /** Why inputs or state are of the other kind, as with an alias across kinds; undefined where they are not. */
  otherKind(raw: Properties): Refusal | undefined;
  /** Reads the state of any version so far. Throws for a newer one, for the other kind, and for damage. */
  readState(id: string, raw: Properties): SetState;
  writeState(state: SetState): Properties;
  /** The inputs that a state was made from, with what was changed elsewhere. */
  writeInputs(state: SetState, drifted: ReadonlyMap<string, object>): Properties;
  /** `before`: the id so far, which an update cannot change. */
  idOf(state: SetState, before?: string): string;
}

/** The only name in the set of one. Users never see it. */
const ONLY = "disk";
/** The second part of an id whose disk is not known yet. The engine cannot change an id in an update: `volumeId` counts then. */
const PENDING = "pending-";

/** `DataDiskAttachment`: a set of one disk. */
export const attachmentCodec: Codec = {
  kind: "DataDiskAttachment",
  path: (_name, property = "") => property,
  prefix: () => "",
  title: (_name, volumeId) => (volumeId === undefined ? "a data disk" : `disk ${volumeId}`),
  wholeTitle: ({ disks }) => attachmentCodec.title(ONLY, disks.get(ONLY)?.volumeId),

  validate: validateAttachment,

  readInputs(raw: Properties): SetInputs {
    const { shared, ...top } = readDesktopInputs(raw);
    // What is said for all is said for the one disk: there is nothing else that it could be recorded for.
    return { ...top, shared: {}, disks: new Map([[ONLY, readDisk(raw, shared)]]) };
  },

  otherKind(raw: Properties): Refusal | undefined {
    return isRecord(raw.disks) || isRecord(raw.volumeIds)
      ? otherKind("DesktopDataDisks", "DataDiskAttachment")
      : undefined;
  },

  readState(id: string, raw: Properties): SetState {
    const other = attachmentCodec.otherKind(raw);
    if (other !== undefined) throw wrongKind(id, other);
    const { desktopId, volumeId } = readId(id);
    const isPending = volumeId.startsWith(PENDING);
    const disk = readDiskState(isPending ? raw : { ...raw, volumeId });
    const pending = isPending && disk === undefined ? readPending(raw.pendingAdd) : undefined;
    return {
      ...readTop(raw, "DataDiskAttachment", id),
      desktopId,
      shared: {},
      disks: new Map(disk === undefined ? [] : [[ONLY, disk]]),
      pendingAdds: new Map(pending === undefined ? [] : [[ONLY, pending]]),
    };
  },

  writeState(state: SetState): Properties {
    const disk = state.disks.get(ONLY);
    const pendingAdd = state.pendingAdds.get(ONLY);
    return {
      ...(disk === undefined ? {} : writeDiskState(disk, state.version)),
      ...writeTop(state),
      ...compact({ pendingAdd }),
    };
  },

  writeInputs(state: SetState, drifted: ReadonlyMap<string, object>): Properties {
    const { desktopId, enterpriseProjectId, place, disks } = state;
    const { profile, iamEndpoint } = place;
    const disk = disks.get(ONLY);
    const kept = disk === undefined ? {} : given({ ...disk }, DISK_NAMES);
    return compact({ desktopId, enterpriseProjectId, profile, iamEndpoint, ...kept, ...drifted.get(ONLY) });
  },

  idOf(state: SetState, before?: string): string {
    const disk = state.disks.get(ONLY);
    if (disk !== undefined) return `${state.desktopId}/${disk.volumeId}`;
    return before ?? `${state.desktopId}/${PENDING}${randomUUID()}`;
  },
};

/** Reads an id of the form `<desktopId>/<volumeId>`. Throws `HWD1803` for any other. */
export function readId(id: string): { desktopId: string; volumeId: string } {
  const [desktopId = "", volumeId = "", ...more] = id.split("/");
  if (desktopId !== "" && volumeId !== "" && more.length === 0) return { desktopId, volumeId };
  throw new CoreError({
    code: "HWD1803",
    failed: "Reading the id of a DataDiskAttachment",
    why: `"${id}" is not an id of a data disk; it has the form <desktopId>/<volumeId>`,
    now: "Nothing was sent to the service",
  });
}

/** Why state of one kind is not taken for the other, as an alias across kinds would have it, and how to move a disk. */
function otherKind(has: string, wants: string): Refusal {
  const release =
    has === "DesktopDataDisks" ? "for the disk in the DesktopDataDisks" : "on the DataDiskAttachment";
  return {
    property: "",
    reason:
      `the state belongs to a ${has} and cannot become a ${wants}; an alias does not move a disk between kinds. Nothing was changed. ` +
      `Remove the alias and move the disk in two runs: first set deletionPolicy: "retain" ${release} and run "pulumi up"; ` +
      `then remove it there, set existingVolumeId to its id here, and run "pulumi up"`,
    code: "HWD1109",
  };
}

/** The same as an error, for calls that cannot refuse by property. */
function wrongKind(id: string, { code, reason, property }: Refusal): RefusedError {
  return new RefusedError({ code, failed: `Reading the state of ${id}`, why: reason, next: "" }, property);
}

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
