import type { Operation } from "./desktopRoom";
import { adviceFor } from "./advice";
import { PartlyDoneError } from "./partlyDone";

/** An operation on a disk that failed: what was tried on which disk of which desktop, why, and what to do now. */
export class DiskOperationError extends Error {
  override readonly name = "DiskOperationError";
  constructor(
    operation: Operation,
    override readonly cause: Error,
  ) {
    const advice = adviceFor(cause, operation.facts.doing);
    super(
      `${operation.title} failed after ${operation.seconds} s: ${cause.message.replace(/\.$/, "")}.` +
        (advice === "" ? "" : ` ${advice}`),
    );
  }
}

/**
 * Runs one operation and ends its clock. What goes wrong is thrown as
 * `DiskOperationError`; a `PartlyDoneError`, which tells it already, as it is.
 */
export async function within<T>(operation: Operation, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof PartlyDoneError) throw error;
    throw new DiskOperationError(operation, error instanceof Error ? error : new Error(String(error)));
  } finally {
    operation.finish();
  }
}
