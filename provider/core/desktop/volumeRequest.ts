import type { VolumeSpec } from "../api/volumes";
import type { Holder } from "./ownership";
import type { PendingAdd } from "./pendingAdd";

/** A change to one data disk of a desktop. */
export type VolumeRequest =
  | {
      kind: "add";
      spec: VolumeSpec;
      enterpriseProjectId?: string | undefined;
      /** Who will hold the disk. Default: named after the resource of the operation. */
      holder?: Holder;
      /** An add of an earlier run whose disk is not known: it is looked for before anything is sent. */
      pending?: PendingAdd;
      /** Only looks for the disk of `pending` and never sends; the result is undefined where nothing was added. */
      resumeOnly?: boolean;
    }
  | {
      kind: "delete";
      volumeId: string;
      /** When the disk was created, as the service writes it: proves faster that a missing disk is gone. */
      createTime?: string | undefined;
      /** Asked right before the request leaves: why the disk must not be deleted after all. Others may have spoken since it was queued. */
      veto?: (() => Error | undefined) | undefined;
    }
  | { kind: "grow"; volumeId: string; /** GB */ size: number }
  | {
      kind: "qos";
      volumeId: string;
      /** Operations a second */ iops: number;
      /** MiB/s */ throughput: number;
    };

export type RequestOf<K extends VolumeRequest["kind"]> = Extract<VolumeRequest, { kind: K }>;
