/** Which instance a call is for, where connections are lost, opened again, or shared. */
import { VirtualClock } from "../../testing/virtualClock";
import { Connections } from "./connections";

const options = { env: {}, clock: new VirtualClock(), write: () => undefined };
const urnOf = (name: string) => `urn:pulumi:dev::test::pulumi:providers:huaweicloud-workspace::${name}`;
const named = (name: string) => ({ args: { region: name }, isDefault: false, urn: urnOf(name) });

/** Connections whose engines have done a handshake and configured these providers. */
function serving(...names: string[]): Connections {
  const connections = new Connections(options);
  for (const name of names) {
    connections.begin(name);
    connections.configure(name, named(name));
  }
  return connections;
}
const nameOf = (connections: Connections, peer: string) =>
  connections.configured(peer).instance.configured?.args.region;
const refusal = (why: string) => expect.objectContaining({ code: "HWD1206", why }) as Error;
const unconfigured = "the connection has no configuration";

test("each connection has its own", () => {
  const connections = serving("blue", "green");
  expect([nameOf(connections, "blue"), nameOf(connections, "green")]).toEqual(["blue", "green"]);
});

test("a connection that is opened again has the only instance, also after its run was cancelled", () => {
  const connections = serving("blue");
  expect(nameOf(connections, "again")).toBe("blue");
  connections.cancelled("once more").instance.cancel(new Error("the run was cancelled"));
  expect(connections.configured("blue").instance.halted()?.message).toBe("the run was cancelled");
  expect(connections.all).toHaveLength(1);
});

test("with two instances such a connection is refused, to cancel too; each of the two goes on", () => {
  const connections = serving("blue", "green");
  const why = `${unconfigured}, and the plugin serves 2 providers`;
  expect(() => connections.configured("again")).toThrow(refusal(why));
  expect(() => connections.cancelled("again")).toThrow(refusal(why));
  expect([nameOf(connections, "blue"), nameOf(connections, "green")]).toEqual(["blue", "green"]);
});

test("an instance whose run has ended still counts: a late call of that run gets no other one", () => {
  const connections = serving("blue");
  connections.cancelled("blue").instance.cancel(new Error("the run was cancelled"));
  connections.begin("green");
  connections.configure("green", named("green"));
  expect(() => connections.configured("late")).toThrow(
    refusal(expect.stringContaining("2 providers") as string),
  );
});

test("a call without any configuration is refused: it would run with the account of the environment", () => {
  const connections = new Connections(options);
  expect(() => connections.configured("blue")).toThrow(refusal(unconfigured));
  connections.begin("blue");
  expect(() => connections.configured("blue")).toThrow(refusal(unconfigured));
});

test("a connection that waits for its configuration does not take that of another one", () => {
  const connections = serving("blue");
  connections.begin("green");
  expect(() => connections.configured("green")).toThrow(refusal(unconfigured));
});

test("a second configuration is refused, and the first one stays", () => {
  const connections = serving("blue");
  expect(() => {
    connections.configure("blue", named("green"));
  }).toThrow(refusal("the connection is configured for provider blue already"));
  expect(nameOf(connections, "blue")).toBe("blue");
});

test("a second handshake is refused while the instance is in use, and begins anew after the run", () => {
  const connections = serving("blue");
  expect(() => connections.begin("blue")).toThrow(refusal("provider blue already uses this connection"));
  connections.cancelled("blue").instance.cancel(new Error("the run was cancelled"));
  connections.begin("blue");
  connections.configure("blue", named("green"));
  expect(nameOf(connections, "blue")).toBe("green");
  expect(connections.configured("blue").instance.halted()).toBeUndefined();
});

test("a connection that is opened again before the configuration keeps its display and its cancellation", () => {
  const connections = new Connections(options);
  const { instance } = connections.begin("blue");
  connections.cancelled("again").instance.cancel(new Error("the run was cancelled"));
  connections.configure("once more", named("blue"));
  expect(connections.configured("once more").instance).toBe(instance);
  expect(instance.halted()?.message).toBe("the run was cancelled");
});

test("engines without a handshake: each configuration of a new connection is a new instance", () => {
  const connections = new Connections(options);
  connections.configure("blue", named("blue"));
  connections.configure("green", named("green"));
  expect([nameOf(connections, "blue"), nameOf(connections, "green")]).toEqual(["blue", "green"]);
});
