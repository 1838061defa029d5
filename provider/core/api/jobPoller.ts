import type { Waiter } from "../operation";
import type { WorkspaceClient } from "./client";
import type { JobEnd } from "./jobs";

/** Waits for jobs of one project: one poll serves everybody who waits, for one job and for many. */
export class JobPoller {
  constructor(private readonly client: WorkspaceClient) {}

  /**
   * Resolves when the job has ended, or cannot be followed any further. Throws
   * `TimeoutError` when the one who waits leaves first, and `CredentialsError`
   * when there are no credentials any more: then nothing else can be learnt either.
   */
  wait(_jobId: string, _waiter: Waiter): Promise<JobEnd> {
    void this.client;
    throw new Error("not written yet");
  }
}
