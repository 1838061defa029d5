/** One call of the engine has one deadline, whatever it takes one after another. */
import type { ProviderProcess } from "../../testing/provider";
import { todaysProvider } from "../../testing/todaysProvider";
import { eachWithDisks, sas, ssd } from "../testing/disksLife";
import { desktopId } from "../testing/stage";

const { on, made } = eachWithDisks();

test("disks that go, and disks that come after them, have their time together", async () => {
  const life = await made({ old: ssd });
  const began = on.it.clock.now();

  // Jobs take 5 s: the old disk goes in time, and the new one does not come any more.
  const { error } = await life.want({ fresh: sas }, { timeouts: { update: "8s" } });

  expect(error?.message).toMatch(/adding data disk "fresh".*its time of 8 s is over/s);
  expect(on.it.clock.now() - began).toBeLessThanOrEqual(8_000);
});

const processWith = (env: Record<string, string>) =>
  todaysProvider.make({ ...on.it.wires, env, halted: () => undefined });

const one = { desktopId: desktopId(), ...ssd };
const many = { desktopId: desktopId(), disks: { a: ssd } };
const held = { ...one, volumeId: "v", type: "SSD" };
const all = { ...many, disks: { a: { ...ssd, volumeId: "v" } } };
const id = `${desktopId()}/v`;
const place = { region: "cn-north-4", stateVersion: 1 };
const short = { timeouts: { create: "4s", update: "4s", delete: "4s" } };

test.each<[string, (provider: ProviderProcess) => Promise<unknown>]>([
  ["a create", ({ attachment }) => attachment.create({ ...one, ...short })],
  [
    "an update",
    ({ attachment }) => attachment.update(id, { ...held, ...place }, { ...one, size: 200, ...short }),
  ],
  ["a delete", ({ attachment }) => attachment.delete(id, { ...held, ...place, ...short })],
  ["a create of all disks", ({ disks }) => disks.create({ ...many, ...short })],
  ["an update of all disks", ({ disks }) => disks.update("d", { ...all, ...place }, { ...many, ...short })],
  ["a delete of all disks", ({ disks }) => disks.delete("d", { ...all, ...place, ...short })],
])("a login without an answer does not hold up %s past its time", async (_what, call) => {
  const { HW_ACCESS_KEY, HW_SECRET_KEY, ...env } = on.it.emulator.env;
  const login = {
    HW_USER_NAME: "emulator",
    HW_USER_PASSWORD: "Emulator-Password-1",
    HW_DOMAIN_NAME: "emulator",
  };
  on.it.emulator.addFault({ fault: "no-answer", times: "always", match: { path: "/v3/*" } });
  const provider = processWith({ ...env, ...login });
  const began = on.it.clock.now();

  const ended = on.it.time.until(call(provider).then(() => "done", String));

  expect(await ended).toContain("its time of 4 s is over");
  expect(on.it.clock.now() - began).toBe(4_000);
});

test.each<[string, (provider: ProviderProcess) => Promise<unknown>]>([
  ["a read", ({ attachment }) => attachment.read(id, { ...held, ...place, ...short })],
  ["a read of all disks", ({ disks }) => disks.read("d", { ...all, ...place, ...short })],
])("%s has a time of its own, and does not send people to an option that it lacks", async (_what, call) => {
  on.it.emulator.addFault({ fault: "throttle", times: "always", retry_after_s: 20 });
  const provider = processWith({ ...on.it.emulator.env });

  const ended = on.it.time.until(call(provider).then(() => "done", String));

  expect(await ended).toMatch(/its time of 5 min is over \(it is fixed for reads\)/);
});
