import { createRequire } from "node:module";
import type * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

/** The copy that Pulumi's stubs work with: a dependency of Pulumi, not of this package. */
const { credentials } = createRequire(require.resolve("@pulumi/pulumi"))("@grpc/grpc-js") as typeof grpc;

/**
 * The engine's own log over gRPC, for lines that leave no trace in the
 * diagnostics. In the provider process these modules are loaded already;
 * elsewhere this file is not loaded.
 */
export function ephemeralLog(address: string): (line: string) => void {
  const engine = new EngineClient(address, credentials.createInsecure());
  return (line) => {
    const request = new LogRequest();
    request.setSeverity(LogSeverity.INFO);
    request.setMessage(line);
    request.setEphemeral(true);
    engine.log(request, () => undefined);
  };
}
