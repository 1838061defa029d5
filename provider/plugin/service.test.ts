/** Calls of the engine that belong to no configured provider. */
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { VirtualClock } from "../../testing/virtualClock";
import { PluginService } from "./service";

const send = () => Promise.reject(new Error("no call is expected"));
const env = { HW_REGION_NAME: "cn-north-4", HW_ACCESS_KEY: "A", HW_SECRET_KEY: "S", HW_PROJECT_ID: "p" };
const caller = { peer: "engine", left: () => undefined };

test.each<[string, (service: PluginService) => Promise<unknown>]>([
  ["check", (service) => service.check(new proto.CheckRequest(), caller)],
  ["diff", (service) => service.diff(new proto.DiffRequest(), caller)],
  ["create", (service) => service.create(new proto.CreateRequest(), caller)],
  ["read", (service) => service.read(new proto.ReadRequest(), caller)],
  ["update", (service) => service.update(new proto.UpdateRequest(), caller)],
  ["delete", (service) => service.delete(new proto.DeleteRequest(), caller)],
  ["invoke", (service) => service.invoke(new proto.InvokeRequest(), caller)],
  ["list", (service) => service.list(new proto.ListRequest(), caller)],
])("%s is refused, whatever account the environment has", async (_name, call) => {
  const service = new PluginService({ env, clock: new VirtualClock(), send, write: () => undefined });
  await expect(call(service)).rejects.toThrow(/^A call of the engine: .*\[HWD1206\]$/);
});
