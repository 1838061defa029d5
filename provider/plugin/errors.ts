import { Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import type { CoreError } from "../core/errors";
import type { Result } from "../core/disk/resource";
import { toStruct } from "./values";

/** A failed operation with something to keep: the engine stores it and shows the reason. The next `up` calls Update. */
export class KeptFailure extends Error {
  constructor(
    override readonly cause: CoreError,
    readonly kept: Result,
  ) {
    super(cause.message);
  }
}

/** The engine asks for a resource, function or version that this plugin does not have. */
export class Unimplemented extends Error {}

/**
 * The longest text of an error, encoded, in bytes. gRPC sends errors in
 * headers. Above 64 KB a receiver may refuse them, or never answer.
 */
const TEXT_MAX_BYTES = 12_000;

/** The answer for an error. It has the message and no stack trace, which would not help the author of the program. */
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

/** The text; of a long one, the beginning and the end, which has the code. */
function cut(text: string, max = TEXT_MAX_BYTES): string {
  const bytes = encodeURI(wellFormed(text)).length;
  if (bytes <= max) return wellFormed(text);
  const share = Math.floor((text.length * max) / bytes);
  const end = Math.min(200, Math.floor(share / 2));
  return wellFormed(`${text.slice(0, share - end)} … ${text.slice(-end)}`);
}

/** Replaces half of a surrogate pair, which a cut may leave: it cannot be encoded. */
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
