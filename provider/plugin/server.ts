import {
  Server,
  ServerCredentials,
  type handleServerStreamingCall,
  type handleUnaryCall,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { CoreError } from "../core/errors";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import type { ListRequest, ListResponse } from "@pulumi/pulumi/proto/provider_pb";
import { serviceError } from "./errors";
import type { Caller, PluginService } from "./service";

/** The result of such a call reaches no state. The other calls go on. */
const LEFT = "the Pulumi engine has cancelled this call or has exited";

/** A map's key (field 1, nine bytes) that is `__proto__`, as it travels. */
const LOST_KEY = Buffer.from("\n\t__proto__");
/** Requests that lost an entry when they were read. */
const incomplete = new WeakSet<object>();

/**
 * The service's methods. They note requests with the map key `__proto__`: the
 * generated classes read maps into objects, which lose this key without an
 * error. The disk of this name would not be added, or would be deleted.
 */
function watchfulService(): ServiceDefinition {
  const methods = Object.entries(ResourceProviderService as unknown as ServiceDefinition);
  return Object.fromEntries(
    methods.map(([name, method]) => [
      name,
      {
        ...method,
        requestDeserialize: (bytes: Buffer) => {
          const request = method.requestDeserialize(bytes) as object;
          if (bytes.includes(LOST_KEY)) incomplete.add(request);
          return request;
        },
      },
    ]),
  );
}

function refuseIncomplete(request: object): void {
  if (!incomplete.has(request)) return;
  throw new CoreError({
    code: "HWD1101",
    failed: "Reading the request of the Pulumi engine",
    why: "a map, such as the disks of a set, has the name __proto__, which gets lost on the way; use another name",
  });
}

/** Connects the service to the generated stubs. gRPC itself answers other methods as unimplemented. */
function implementation(service: PluginService): UntypedServiceImplementation {
  const unary =
    <Request extends object, Response>(
      run: (request: Request, caller: Caller) => Response | Promise<Response>,
    ): handleUnaryCall<Request, Response> =>
    (call, done) => {
      let left: Error | undefined;
      // gRPC also emits this at the end of every call.
      call.on("cancelled", () => {
        left = new Error(LEFT);
      });
      const caller = { peer: call.getPeer(), left: () => left };
      Promise.resolve()
        .then(() => {
          refuseIncomplete(call.request);
          return run(call.request, caller);
        })
        .then(
          (response) => {
            done(null, response);
          },
          (error: unknown) => {
            done(serviceError(error));
          },
        );
    };
  const list: handleServerStreamingCall<ListRequest, ListResponse> = (call) => {
    service.list(call.request, { peer: call.getPeer(), left: () => undefined }).then(
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
    cancel: unary((_request, caller) => service.cancel(caller)),
    getMapping: unary(() => service.getMapping()),
    getMappings: unary(() => service.getMappings()),
  };
}

/** A plugin that listens on this machine only. */
export interface RunningPlugin {
  port: number;
  /** Closes all connections at once. */
  close(): void;
  /** Accepts no new calls; resolves when the present ones are answered. */
  finish(): Promise<void>;
}

/** Serves the plugin on a free port of 127.0.0.1. */
export async function servePlugin(service: PluginService, port = 0): Promise<RunningPlugin> {
  const server = new Server({
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
  });
  server.addService(watchfulService(), implementation(service));
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
    finish: () =>
      new Promise((resolve) => {
        server.tryShutdown(() => {
          resolve();
        });
      }),
  };
}
