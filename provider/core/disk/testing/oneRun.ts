/** Resources whose check and diff make no call, with inputs and states for them. */
import type { Api } from "../../api/client";
import type { Connections } from "../../desktop/connections";
import { VolumeOwnership } from "../../desktop/ownership";
import { RefusedError } from "../../errors";
import { type Call, type Clock } from "../../host";
import { attachmentCodec, setCodec } from "../codecs";
import { PreviewLook } from "../previewLook";
import { DiskResource } from "../resource";

const noTime: Clock = { now: () => 0, date: () => new Date(0), sleep: () => Promise.resolve() };
const noCall = () => {
  throw new Error("check and diff make no call");
};

/** The resources of one run: a process of its own, which knows nothing of runs before. */
export function newRun({ problems = [] as { property: string; reason: string }[] } = {}) {
  const asked: object[] = [];
  const connections = {
    check: (place: object) => {
      asked.push(place);
      return problems;
    },
    effective: (place: object) => ({ region: "r", projectId: "p", endpoint: "https://e", ...place }),
    setBy: () => ({ region: "HW_REGION_NAME" }),
    open: noCall,
  } as unknown as Connections;
  const shown: string[] = [];
  const show = (line: string) => void shown.push(line);
  const log = { debug: noCall, info: show, warn: show };
  const ownership = new VolumeOwnership();
  const parts = {
    connections,
    ownership,
    previewLook: new PreviewLook({ api: {} as Api, clock: noTime, log, ownership }),
    clock: noTime,
    log,
    enterpriseProjectId: undefined,
  };
  return {
    attachment: new DiskResource(attachmentCodec, parts),
    set: new DiskResource(setCodec, parts),
    asked,
    shown,
  };
}

export const call = (resourceKey: string): Call => ({
  phase: "preview",
  resourceKey,
  timeoutMs: 1000,
  timeoutSetBy: "a test",
  halted: () => undefined,
});

export const ssd = { type: "SSD", size: 100 };
export const adopt = (existingVolumeId: string, more: object = {}) => ({
  ...ssd,
  existingVolumeId,
  deletionProtection: false,
  ...more,
});
export const one = (more: object = {}) => ({ desktopId: "d", ...ssd, ...more });
export const many = (disks: object, more: object = {}) => ({ desktopId: "d", disks, ...more });
export const place = { region: "r", projectId: "p", endpoint: "https://e", stateVersion: 2 };
export const stateOfOne = (more: object = {}) => ({
  ...one(),
  ...place,
  volumeId: "v",
  ownershipId: "one",
  ...more,
});
export const stateOfMany = (disks: Record<string, object>) => many(disks, place);
export const heldBySet = (more: object = {}) => ({ ...ssd, volumeId: "v", ownershipId: "many", ...more });

/** What a call refuses, or nothing. */
export function refused(run: () => unknown): string {
  try {
    run();
    return "";
  } catch (error) {
    expect(error).toBeInstanceOf(RefusedError);
    return (error as Error).message;
  }
}
