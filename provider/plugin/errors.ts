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

/** What the engine is answered. Only messages travel: a stack says nothing to whoever wrote the program. */
export function serviceError(error: unknown): ServiceError {
  const details = error instanceof Error ? error.message : String(error);
  const code = error instanceof Unimplemented ? status.UNIMPLEMENTED : status.UNKNOWN;
  const metadata = new Metadata();
  if (error instanceof KeptFailure) metadata.set("grpc-status-details-bin", keptDetails(error, code));
  return Object.assign(new Error(details), { code, details, metadata });
}

function keptDetails({ message, kept }: KeptFailure, code: number): Buffer {
  const failed = new ErrorResourceInitFailed();
  failed.setId(kept.id);
  failed.setProperties(toStruct(kept.state));
  failed.setReasonsList([message]);
  const packed = new Any();
  packed.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const told = new Status();
  told.setCode(code);
  told.setMessage(message);
  told.addDetails(packed);
  return Buffer.from(told.serializeBinary());
}
