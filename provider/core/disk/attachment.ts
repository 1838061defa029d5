import { randomUUID } from "node:crypto";
import { CoreError, RefusedError } from "../errors";
import {
  DISK_NAMES,
  given,
  isRecord,
  type Properties,
  readDesktopInputs,
  readDisk,
  type Refusal,
  type SetInputs,
  validateAttachment,
} from "./inputs";
import type { Codec } from "./codec";
import {
  compact,
  readDiskState,
  readPending,
  readTop,
  type SetState,
  writeDiskState,
  writeTop,
} from "./state";

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
export function otherKind(has: string, wants: string): Refusal {
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
export function wrongKind(id: string, { code, reason, property }: Refusal): RefusedError {
  return new RefusedError({ code, failed: `Reading the state of ${id}`, why: reason, next: "" }, property);
}
