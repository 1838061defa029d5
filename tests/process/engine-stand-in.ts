/** Stands in for the engine that a plugin logs to. */
import { Server, ServerCredentials } from "@grpc/grpc-js";
import type { handleUnaryCall } from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

/** A line that the engine was given to show. */
export interface LoggedLine {
  severity: string;
  message: string;
  urn: string;
  ephemeral: boolean;
}

const SEVERITIES = Object.fromEntries(Object.entries(LogSeverity).map(([name, value]) => [value, name]));

export class EngineStandIn {
  readonly lines: LoggedLine[] = [];

  private constructor(
    private readonly server: Server,
    readonly address: string,
  ) {}

  static async start(): Promise<EngineStandIn> {
    const server = new Server();
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
        if (error === null) resolve(bound);
        else reject(error);
      });
    });
    const engine = new EngineStandIn(server, `127.0.0.1:${port}`);
    const log: handleUnaryCall<LogRequest, Empty> = ({ request }, done) => {
      engine.lines.push({
        severity: SEVERITIES[request.getSeverity()] ?? "",
        message: request.getMessage(),
        urn: request.getUrn(),
        ephemeral: request.getEphemeral(),
      });
      done(null, new Empty());
    };
    server.addService(EngineService, { log });
    return engine;
  }

  close(): void {
    this.server.forceShutdown();
  }
}
