import type { Log } from "../log";
import type { Audit } from "./audit";
import type { Holdings } from "./holdings";
import type { JobWatcher, Volume, WorkspaceClient } from "./service";

/** One desktop and what it takes to work on its disks. */
export interface Desk {
  readonly desktopId: string;
  readonly client: WorkspaceClient;
  readonly jobs: JobWatcher;
  readonly holdings: Holdings;
  readonly audit: Audit;
  readonly log: Log;
  /** The data volumes that the desktop showed after the last add: for hints, not for decisions. */
  seen: readonly Volume[];
  /** What people call it; its id until it has been seen. */
  name: string;
  /** Shows a line about it while something goes on. */
  readonly show: (desktopId: string, line: string) => void;
  /** Throws when nothing new may be sent any more, because nobody is left who asked for it. */
  mayStart(): void;
}
