/** The gRPC side alone: what an error carries, however large, and which call is told that nobody waits for it. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { credentials, Metadata, type ServiceError } from "@grpc/grpc-js";
import { ResourceProviderClient, ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { ErrorResourceInitFailed, UpdateRequest, UpdateResponse } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { CoreError } from "../core/errors";
import { KeptFailure } from "./errors";
import { type RunningPlugin, servePlugin } from "./server";
import type { Caller, PluginService } from "./service";

let running: RunningPlugin;
let client: ResourceProviderClient;
let update: (request: UpdateRequest, caller: Caller) => Promise<UpdateResponse>;

beforeAll(async () => {
  const methods = new Proxy(
    { update: (request: UpdateRequest, caller: Caller) => update(request, caller) },
    { get: (target, name): unknown => Reflect.get(target, name) ?? (() => undefined) },
  );
  running = await servePlugin(methods as unknown as PluginService);
});
beforeEach(() => {
  const own = { "grpc.use_local_subchannel_pool": 1 };
  client = new ResourceProviderClient(`127.0.0.1:${running.port}`, credentials.createInsecure(), own);
});
afterEach(() => {
  client.close();
});
afterAll(() => {
  running.close();
});

test.each([
  ["a disk", { desktopId: "d", disks: { __prott__: { type: "SSD" } } }],
  ["a key at the top", { __prott__: "x" }],
])("the name __proto__ of %s, which the generated classes lose, is refused", async (_what, news) => {
  const request = new UpdateRequest();
  request.setNews(Struct.fromJavaScript(news));
  const bytes = Buffer.from(request.serializeBinary().map((byte) => byte));
  bytes.write("__proto__", bytes.indexOf("__prott__"));
  update = () => Promise.resolve(new UpdateResponse());
  const { path } = ResourceProviderService.update;
  const error = await new Promise<ServiceError | null>((resolve) => {
    const same = (sent: Buffer) => sent;
    client.makeUnaryRequest(path, same, same, bytes, (failure) => {
      resolve(failure);
    });
  });
  expect(error?.details).toMatch(/name __proto__.*\[HWD1101\]$/);
});

const answer = () =>
  new Promise<ServiceError | null>((resolve) => {
    client.update(new UpdateRequest(), (error) => {
      resolve(error);
    });
  });

test.each([
  [1, 1],
  [1000, 1],
  [1000, 30],
])("an error of %i KB is received, with %i KB that are to be kept", async (textKb, stateKb) => {
  const state = { disks: { data: { note: "x".repeat(stateKb * 1024) } }, unfinished: true };
  const cause = new CoreError({ code: "HWD1601", failed: "Growing", why: "ä".repeat((textKb * 1024) / 2) });
  update = () => Promise.reject(new KeptFailure(cause, { id: "d", state, failure: cause }));
  const error = await answer();
  expect(error?.details).toMatch(/^Growing: ä.*\[HWD1601\]$/);
  const [packed] = error?.metadata.get("grpc-status-details-bin") ?? [];
  const [detail] = Status.deserializeBinary(packed as Buffer).getDetailsList();
  const kept = ErrorResourceInitFailed.deserializeBinary(detail?.getValue_asU8() ?? new Uint8Array());
  expect(kept.getId()).toBe("d");
  expect(kept.getProperties()?.toJavaScript()).toEqual(state);
  expect(kept.getReasonsList()[0]).toMatch(/^Growing: ä.*\[HWD1601\]$/);
});

test("a message in the service's own language is cut by what it takes on the wire", async () => {
  const why = "\u78c1\u76d8".repeat(20_000);
  update = () => Promise.reject(new CoreError({ code: "HWD1301", failed: "Growing", why }));
  const details = (await answer())?.details ?? "";
  expect(details).toMatch(/^Growing: \u78c1.* … .*\[HWD1301\]$/);
  expect(encodeURI(details).length).toBeLessThan(13_000);
});

describe("a call that the engine leaves", () => {
  /** Calls that have arrived and have no answer yet, in order. */
  const waiting: { caller: Caller; answer: () => void }[] = [];
  let arrived: () => void = () => undefined;
  beforeEach(() => {
    waiting.length = 0;
    update = (_request, caller) =>
      new Promise((resolve) => {
        const answered = () => {
          resolve(new UpdateResponse());
        };
        waiting.push({ caller, answer: answered });
        arrived();
      });
  });
  const arrival = () =>
    new Promise<void>((resolve) => {
      arrived = resolve;
    });
  const leaves = async ({ caller }: { caller: Caller }) => {
    while (caller.left() === undefined) await new Promise(setImmediate);
    return caller.left()?.message;
  };

  test.each(["cancels", "gives less time than it takes"])("one that it %s: the others go on", async (how) => {
    const first = arrival();
    const options = { deadline: how === "cancels" ? Infinity : Date.now() + 1_000 };
    const call = client.update(new UpdateRequest(), new Metadata(), options, () => undefined);
    await first;
    const second = arrival();
    const other = answer();
    await second;
    const [left, kept] = waiting;
    if (left === undefined || kept === undefined) throw new Error("the calls have not arrived");
    if (how === "cancels") call.cancel();

    expect(await leaves(left)).toMatch(/cancelled this call or has exited/);
    expect(kept.caller.left()).toBeUndefined();
    kept.answer();
    expect(await other).toBeNull();
  });

  test("one whose connection is lost, as when the engine is killed", async () => {
    const open: Socket[] = [];
    const relay = createServer((near) => {
      const far = connect(running.port, "127.0.0.1");
      near.pipe(far).pipe(near);
      open.push(near, far);
      for (const one of [near, far]) one.on("error", () => undefined);
    }).listen(0, "127.0.0.1");
    await once(relay, "listening");
    const { port } = relay.address() as AddressInfo;
    const lost = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
    const first = arrival();
    lost.update(new UpdateRequest(), () => undefined);
    await first;
    const [left] = waiting;
    if (left === undefined) throw new Error("the call has not arrived");

    for (const one of open) one.destroy();

    expect(await leaves(left)).toMatch(/has exited/);
    lost.close();
    relay.close();
  });
});
