/** What the judge is given: everything that was asked, said, sent, kept and shown in one history. */
import type { HistoryEvent } from "huaweicloud-workspace-emulator";

/** One disk as a program or a state describes it. All other properties are left out. */
export interface Disk {
  /** Its name in a `DesktopDataDisks`; empty for the one disk of a `DataDiskAttachment`. */
  readonly name: string;
  readonly volumeId?: string;
  /** The program names a disk that exists, to adopt it. */
  readonly existingVolumeId?: string;
  readonly type?: string;
  /** GB */
  readonly size?: number;
  readonly iops?: number;
  /** MiB/s */
  readonly throughput?: number;
  /** `deletionProtection` is true for it. */
  readonly isProtected?: boolean;
  /** `deletionPolicy` is "retain" for it: when it leaves, it is forgotten and not deleted. */
  readonly isRetained?: boolean;
}

/** A provider process. It belongs to one command of one stack. */
export interface ProcessRecord {
  readonly id: string;
  readonly stack: string;
  /** When it was killed or ended; undefined while it is there. */
  endedAt?: number;
}

/** One call of the engine to the provider. Times are in ms since the start of the history. */
export interface OperationRecord {
  readonly id: string;
  readonly process: string;
  readonly stack: string;
  /** Name of the resource in the program. */
  readonly resource: string;
  readonly method: "check" | "diff" | "create" | "read" | "update" | "delete";
  readonly desktop: string;
  readonly startedAt: number;
  /** Infinity where there is none. */
  readonly deadlineAt: number;
  /** Disks in the state that the engine handed over. */
  readonly olds: readonly Disk[];
  /** Disks in the inputs that the engine handed over. */
  readonly news: readonly Disk[];
  /** When the provider answered; undefined while it has not, or was killed before. */
  endedAt?: number;
  outcome?: "succeeded" | "failed";
  /** The disks that the provider says the resource has now; undefined where it says nothing of them. */
  result?: readonly Disk[];
  /** The engine was there to hear the answer, and kept it. */
  heard?: boolean;
}

/** A request that changes disks. */
export interface ChangeRecord {
  readonly kind: "add" | "delete" | "grow" | "tune";
  /** Empty for an add. */
  readonly volumeIds: readonly string[];
  /** How many disks it names. */
  readonly count: number;
}

/** One request that left a provider process. */
export interface RequestRecord {
  /** Value of its header X-Emulator-Label. */
  readonly label: string;
  readonly process: string;
  readonly at: number;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** The desktops that it is about; empty where that cannot be told from it, as for jobs and sign-in. */
  readonly desktops: readonly string[];
  readonly change?: ChangeRecord;
  /** When the process had its answer, or the failure instead. */
  answeredAt?: number;
  /** The order in which requests leave and answers come, also within one ms. */
  readonly order: { readonly left: number; answered?: number };
  /** Undefined where there was no answer. */
  status?: number;
  /** Ids of the data disks that its answer shows. */
  shows?: readonly string[];
}

/** A text that somebody could read. */
export interface TextRecord {
  readonly at: number;
  readonly process?: string;
  /** The operation whose error it is. */
  readonly operation?: string;
  readonly severity: "error" | "warning" | "info" | "debug";
  readonly text: string;
}

/** A disk that a state holds. */
export interface Holding {
  readonly resource: string;
  readonly name: string;
  readonly volumeId: string;
}

/** The whole state of a stack from one moment on. */
export interface StateRecord {
  readonly at: number;
  readonly stack: string;
  readonly held: readonly Holding[];
  /** As it is stored. */
  readonly text: string;
}

/** A data disk as it really is. */
export interface RealDisk {
  readonly desktop: string;
  readonly volumeId: string;
  readonly type: string;
  readonly size: number;
  readonly iops?: number | null;
  readonly throughput?: number | null;
}

/** A disk that a program declares. */
export interface DeclaredDisk {
  readonly resource: string;
  readonly name: string;
  readonly desktop: string;
  readonly type: string;
  readonly size: number;
  readonly iops?: number;
  readonly throughput?: number;
}

/** One command of the ending: nothing goes wrong any more, and everything must come right. */
export interface EndingCommand {
  readonly stack: string;
  readonly command: "refresh" | "up" | "second up" | "up without protection" | "destroy";
  readonly startedAt: number;
  readonly endedAt: number;
  readonly outcomes: readonly {
    readonly resource: string;
    readonly desktop: string;
    readonly did: "same" | "create" | "update" | "replace" | "delete" | "read" | "refused";
    readonly error?: string;
  }[];
  /** What the program declares by then. */
  readonly declared: readonly DeclaredDisk[];
  /** What state holds after it. */
  readonly held: readonly Holding[];
  /** All data disks of all desktops after it. */
  readonly truth: readonly RealDisk[];
}

export interface HistoryRecord {
  readonly processes: readonly ProcessRecord[];
  readonly operations: readonly OperationRecord[];
  readonly requests: readonly RequestRecord[];
  readonly texts: readonly TextRecord[];
  /** In the order in which they came to be. */
  readonly states: readonly StateRecord[];
  /** What really happened, whatever any answer said; `at` in ms since the start of the history. */
  readonly events: readonly HistoryEvent[];
  /** Data disks that were there before the first command. */
  readonly initial: readonly RealDisk[];
  /** Everything that nobody may read anywhere. */
  readonly secrets: readonly string[];
  /** Empty where the history has no ending. */
  readonly ending: readonly EndingCommand[];
  readonly endedAt: number;
}
