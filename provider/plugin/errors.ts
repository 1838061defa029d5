import { Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import type { CoreError } from "../core/errors";
import type { Result } from "../core/disk/resource";
import { toStruct } from "./values";

/** Something is there, but the operation failed: the engine keeps it and shows why; the next `up` calls Update. */
export class KeptFailure extends Error {
  constructor(
    override readonly cause: CoreError,
    readonly kept: Result,
  ) {
    super(cause.message);
  }
}

/** The engine asks for something that this plugin does not have. */
export class Unimplemented extends Error {}

/**
 * How long a text may be as it travels, in bytes. Errors travel in headers, and
 * a receiver may refuse, or never answer, where those take more than 64 KB.
 */
const TEXT_MAX_BYTES = 12_000;

/** What the engine is answered. Only messages travel: a stack says nothing to whoever wrote the program. */
export function serviceError(error: unknown): ServiceError {
  const details = cut(error instanceof Error ? error.message : String(error));
  const code = error instanceof Unimplemented ? status.UNIMPLEMENTED : status.UNKNOWN;
  const metadata = new Metadata();
  if (!(error instanceof KeptFailure)) return Object.assign(new Error(details), { code, details, metadata });
  metadata.set("grpc-status-details-bin", keptDetails(error, code));
  // The engine shows the reasons only, which are in there.
  const title = cut(details, 500);
  return Object.assign(new Error(title), { code, details: title, metadata });
}

/** The text, or as much of its beginning and of its end, with the code, as may travel. */
function cut(text: string, max = TEXT_MAX_BYTES): string {
  const bytes = encodeURI(wellFormed(text)).length;
  if (bytes <= max) return wellFormed(text);
  const share = Math.floor((text.length * max) / bytes);
  const end = Math.min(200, Math.floor(share / 2));
  return wellFormed(`${text.slice(0, share - end)} … ${text.slice(-end)}`);
}

/** Half of a character pair, as a cut leaves it, cannot travel. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}

function keptDetails({ message, kept }: KeptFailure, code: number): Buffer {
  const failed = new ErrorResourceInitFailed();
  failed.setId(kept.id);
  failed.setProperties(toStruct(kept.state));
  failed.setReasonsList([cut(message)]);
  const packed = new Any();
  packed.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const told = new Status();
  told.setCode(code);
  told.addDetails(packed);
  return Buffer.from(told.serializeBinary());
}
