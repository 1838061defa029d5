import {
  Server,
  ServerCredentials,
  type handleServerStreamingCall,
  type handleUnaryCall,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import type { ListRequest, ListResponse } from "@pulumi/pulumi/proto/provider_pb";
import { serviceError } from "./errors";
import type { PluginService } from "./service";

/** The engine that asked is gone: nobody would keep what is done for it. */
const GONE = "the Pulumi engine that asked for this has exited";

/** The service behind the generated stubs. What it does not have is answered as unimplemented by gRPC itself. */
function implementation(service: PluginService): UntypedServiceImplementation {
  const unary =
    <Request, Response>(
      run: (request: Request, peer: string) => Response | Promise<Response>,
    ): handleUnaryCall<Request, Response> =>
    (call, done) => {
      const peer = call.getPeer();
      let isAnswered = false;
      // This also comes at the end of every call.
      call.on("cancelled", () => {
        if (!isAnswered) service.halt(peer, new Error(GONE));
      });
      const answer: typeof done = (...answered) => {
        isAnswered = true;
        done(...answered);
      };
      Promise.resolve()
        .then(() => run(call.request, peer))
        .then(
          (response) => {
            answer(null, response);
          },
          (error: unknown) => {
            answer(serviceError(error));
          },
        );
    };
  const list: handleServerStreamingCall<ListRequest, ListResponse> = (call) => {
    service.list(call.request, call.getPeer()).then(
      (responses) => {
        for (const response of responses) call.write(response);
        call.end();
      },
      (error: unknown) => {
        call.emit("error", serviceError(error));
      },
    );
  };
  return {
    handshake: unary(service.handshake.bind(service)),
    attach: unary(service.attach.bind(service)),
    getPluginInfo: unary(() => service.getPluginInfo()),
    getSchema: unary(service.getSchema.bind(service)),
    checkConfig: unary(service.checkConfig.bind(service)),
    diffConfig: unary(service.diffConfig.bind(service)),
    configure: unary(service.configure.bind(service)),
    check: unary(service.check.bind(service)),
    diff: unary(service.diff.bind(service)),
    create: unary(service.create.bind(service)),
    read: unary(service.read.bind(service)),
    update: unary(service.update.bind(service)),
    delete: unary(service.delete.bind(service)),
    invoke: unary(service.invoke.bind(service)),
    list,
    cancel: unary((_request, peer) => service.cancel(peer)),
    getMapping: unary(() => service.getMapping()),
    getMappings: unary(() => service.getMappings()),
  };
}

/** A plugin that listens on this machine only. */
export interface RunningPlugin {
  port: number;
  /** Ends it at once. */
  close(): void;
}

/** Serves the plugin on a free port of 127.0.0.1. */
export async function servePlugin(service: PluginService, port = 0): Promise<RunningPlugin> {
  const server = new Server({
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
  });
  server.addService(ResourceProviderService, implementation(service));
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, at) => {
      if (error === null) resolve(at);
      else reject(error);
    });
  });
  return {
    port: bound,
    close: () => {
      server.forceShutdown();
    },
  };
}
