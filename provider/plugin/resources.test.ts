/** What the plugin remembers between calls of one run, beside a real emulator in virtual time. */
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { desktopId, type EmulatedCloud, emulatedCloud } from "../../testing/emulatedCloud";
import { type Caller, PluginService } from "./service";

type Values = Record<string, JavaScriptValue>;

let cloud: EmulatedCloud;
let service: PluginService;

beforeEach(async () => {
  cloud = await emulatedCloud();
  cloud.furnish("old", "new");
  const { env, clock, send } = cloud;
  service = new PluginService({ env, clock, send, write: () => undefined });
});
afterEach(() => cloud.end());

const urnOf = (stack: string, name: string) =>
  `urn:pulumi:${stack}::test::huaweicloud-workspace:index:DataDiskAttachment::${name}`;
const idOf = (volumeId: string) => `${desktopId()}/${volumeId}`;
const ssd = (size: number) => ({ desktopId: desktopId(), type: "SSD", size });

/** An engine with a connection of its own, which has configured its provider. */
function engine(peer: string, stack = peer) {
  const caller = { peer, left: () => undefined };
  const configuration = new proto.ConfigureRequest();
  configuration.setUrn(`urn:pulumi:${stack}::test::pulumi:providers:huaweicloud-workspace::default`);
  configuration.setArgs(new Struct());
  service.configure(configuration, caller);
  const urn = urnOf(stack, "data");
  return {
    /** As a refresh does, with the size in state. */
    read: (volumeId: string, size: number) => {
      const request = new proto.ReadRequest();
      request.setUrn(urn);
      request.setId(idOf(volumeId));
      request.setProperties(Struct.fromJavaScript({ ...ssd(size), volumeId, stateVersion: 2 }));
      request.setInputs(Struct.fromJavaScript(ssd(size)));
      return cloud.time.until(service.read(request, caller));
    },
    /** As an import does. */
    import: (volumeId: string) => {
      const request = new proto.ReadRequest();
      request.setUrn(urn);
      request.setId(idOf(volumeId));
      return cloud.time.until(service.read(request, caller));
    },
    check: (news: Values) => {
      const request = new proto.CheckRequest();
      request.setUrn(urn);
      request.setNews(Struct.fromJavaScript(news));
      return service.check(request, caller);
    },
    /** Whether there is a difference, to a size in the program. Rejects where that is refused. */
    differs: async (volumeId: string, inState: number, size: number) => {
      const request = new proto.DiffRequest();
      request.setUrn(urn);
      request.setId(idOf(volumeId));
      request.setOlds(Struct.fromJavaScript({ ...ssd(inState), volumeId, stateVersion: 2 }));
      request.setNews(Struct.fromJavaScript(ssd(size)));
      const response = await service.diff(request, caller);
      return response.getChanges() === proto.DiffResponse.DiffChanges.DIFF_SOME;
    },
  };
}

const SHRINKS = /a disk cannot shrink.*\[HWD1104\]/s;

test("the difference after a refresh is shown and not refused, once", async () => {
  const dev = engine("dev");
  await dev.read("new", 50);
  expect(await dev.differs("new", 100, 50)).toBe(true);
  await expect(dev.differs("new", 100, 50)).rejects.toThrow(SHRINKS);
});

test("after a check of the program a difference is meant, and refused", async () => {
  const dev = engine("dev");
  await dev.read("new", 50);
  await dev.check(ssd(50));
  await expect(dev.differs("new", 100, 50)).rejects.toThrow(SHRINKS);
});

test("two disks of one URN, as while one replaces the other, each have their own answer", async () => {
  const dev = engine("dev");
  await dev.read("new", 50);
  await dev.read("old", 100);
  await expect(dev.differs("other", 100, 50)).rejects.toThrow(SHRINKS);
  expect([await dev.differs("new", 100, 50), await dev.differs("old", 100, 100)]).toEqual([true, false]);
});

test("an import concerns the disk that was imported, and no other one of its URN", async () => {
  const dev = engine("dev");
  await dev.import("new");
  await expect(dev.differs("new", 100, 200)).rejects.toThrow(/\[HWD1111\]/);
  expect(await dev.differs("old", 100, 200)).toBe(true);
});

test("two engines on one process, also with stacks of one name, know nothing of each other", async () => {
  const [mine, theirs] = [engine("mine", "dev"), engine("theirs", "dev")];
  await mine.read("new", 50);
  await expect(theirs.differs("new", 100, 50)).rejects.toThrow(SHRINKS);
  expect(await mine.differs("new", 100, 50)).toBe(true);
});

test.each<[string, (left: Caller) => Promise<unknown>]>([
  [
    "create",
    (left) => {
      const request = new proto.CreateRequest();
      request.setUrn(urnOf("dev", "data"));
      request.setProperties(Struct.fromJavaScript(ssd(100)));
      return service.create(request, left);
    },
  ],
  [
    "update",
    (left) => {
      const request = new proto.UpdateRequest();
      request.setUrn(urnOf("dev", "data"));
      request.setId(idOf("old"));
      request.setOlds(Struct.fromJavaScript({ ...ssd(100), volumeId: "old", stateVersion: 2 }));
      request.setNews(Struct.fromJavaScript(ssd(200)));
      return service.update(request, left);
    },
  ],
  [
    "delete",
    (left) => {
      const request = new proto.DeleteRequest();
      request.setUrn(urnOf("dev", "data"));
      request.setId(idOf("old"));
      request.setProperties(Struct.fromJavaScript({ ...ssd(100), volumeId: "old", stateVersion: 2 }));
      return service.delete(request, left);
    },
  ],
])("%s: nothing is sent for a call that the engine has left meanwhile", async (_name, call) => {
  engine("dev");
  let reads = 0;
  const left = () => {
    reads = cloud.emulator.requests().length;
    return reads > 0 ? new Error("the engine has left this call") : undefined;
  };
  await expect(cloud.time.until(call({ peer: "dev", left }))).rejects.toThrow(
    /the engine has left this call.*\[HWD1506\]$/,
  );
  expect(reads).toBeGreaterThan(0);
  expect(cloud.changes()).toEqual([]);
});
