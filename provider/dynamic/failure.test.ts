/** What a person reads when an operation fails: what, why, what is now true, what to do, and a code. */
import type { Fault } from "huaweicloud-workspace-emulator";
import { desktopId } from "../../testing/emulatedCloud";
import type { Declared } from "../../testing/engine/emulatedStack";
import { cloud, many as set, one as attachment, stack } from "./testing/oneResource";

const timeouts = { create: "2m", update: "2m", delete: "2m" };
const one = (more: object = {}) => attachment({ timeouts, ...more });
const many = (disks: object) => set(disks, { timeouts });
const json = (status: number, code: string, text: string): Fault => ({
  fault: "respond",
  status,
  body: { error_code: code, error_msg: text },
  times: "always",
});
const ID = "[0-9a-f-]{32,36}";
const DESKTOP = `of desktop ${desktopId()} failed after \\d+s: `;

/** What each operation on a disk, and on all disks of a set, says when the service does this. */
async function told(fault: Fault): Promise<Record<"add" | "grow" | "read" | "delete" | "set", string>> {
  await stack.up({ it: one(), set: many({ data: { type: "SAS", size: 500 } }) });
  cloud.emulator.addFault(fault);
  const add = await stack.up({
    it: one(),
    set: many({ data: { type: "SAS", size: 500 } }),
    more: one({ type: "ESSD" }),
  });
  const grown = await stack.up({
    it: one({ size: 200 }),
    set: many({ data: { type: "SAS", size: 600 }, logs: { type: "ESSD", size: 10 } }),
  });
  const read = await stack.refresh();
  const gone = await stack.destroy();
  return {
    add: add.more?.error ?? "",
    grow: grown.it?.error ?? "",
    set: grown.set?.error ?? "",
    read: read.it?.error ?? "",
    delete: gone.it?.error ?? "",
  };
}

test("each part in its order, for each operation", async () => {
  const { add, grow, read, delete: gone, set } = await told(json(403, "WKS.0403", "Permission denied."));
  const said = `the service answered 403 WKS\\.0403: Permission denied\\. \\(request id ${ID}\\)\\. No change was sent to the service\\. Grant the permission.*`;
  expect(add).toMatch(new RegExp(`^Adding a data disk \\(ESSD, 100 GB\\) ${DESKTOP}${said} \\[HWD1302\\]$`));
  expect(grow).toMatch(new RegExp(`^Changing disk ${ID} ${DESKTOP}${said} \\[HWD1302\\]$`));
  expect(read).toMatch(new RegExp(`^Reading disk ${ID} ${DESKTOP}${said} \\[HWD1302\\]$`));
  expect(gone).toMatch(new RegExp(`^Deleting disk ${ID} ${DESKTOP}${said} \\[HWD1302\\]$`));
  const [first, second, third, ...more] = set.split("\n");
  expect(first).toBe(`2 of 2 data disks of desktop ${desktopId()} failed: `);
  expect(second).toMatch(
    new RegExp(`^- data: Changing data disk "data" \\(${ID}\\) ${DESKTOP}${said} \\(HWD1302\\)\\.$`),
  );
  expect(third).toMatch(
    new RegExp(
      `^- logs: Adding data disk "logs" \\(ESSD, 10 GB\\) ${DESKTOP}${said} \\(HWD1302\\)\\. \\[HWD1707\\]$`,
    ),
  );
  expect(more).toEqual([]);
});

test.each<[string, Fault, RegExp]>([
  [
    "a 401",
    json(401, "APIGW.0301", "who?"),
    /HW_ACCESS_KEY.* is not accepted .*401 APIGW\.0301: who\?.*No change was sent to the service\..*[([]HWD1202[)\]]/,
  ],
  [
    "a 404 that is not the service's own",
    { fault: "wrong-project", times: "always" },
    /answered 404 \(no code\).*Check region, project id and endpoint\.? [([]HWD1304[)\]]/,
  ],
  [
    "a page of HTML",
    { fault: "not-json", times: "always" },
    /answered 200 .*Check the endpoint and the proxy: something else answered\.? [([]HWD1308[)\]]/,
  ],
  [
    "a service that is down",
    json(500, "WKS.0500", "Internal"),
    /timed out after [25]m \(limit set by .*\); last seen .*No change was sent to the service\. .*[([]HWD1501[)\]]/,
  ],
])("%s is told for each operation, with what to do", async (_what, fault, text) => {
  for (const message of Object.values(await told(fault))) {
    expect(message).toMatch(new RegExp(text, "s"));
    expect(message).toContain(desktopId());
  }
});

test("a request that the service refuses says so, for each call that changes something", async () => {
  const { read, ...others } = await told({
    ...json(400, "WKS.0400", "over quota"),
    match: { method: "POST" },
  });
  expect(read).toBe("");
  for (const message of Object.values(others))
    expect(message).toMatch(/answered 400 WKS\.0400: over quota \(request id .*[([]HWD1301[)\]]/);
});

test("a job that failed says which, why, and that it has ended; for a delete, what may be the matter", async () => {
  const {
    add,
    grow,
    delete: gone,
  } = await told({ fault: "job-fails", times: "always", code: "WKS.10", reason: "no capacity" });
  for (const message of [add, grow, gone]) {
    expect(message).toMatch(
      new RegExp(
        `job ${ID} failed: WKS\\.10 no capacity.* The job has ended without this change\\. .*\\[HWD1601\\]$`,
      ),
    );
    expect(message).not.toMatch(/may still finish|No change was sent/);
  }
  expect(gone).toMatch(/A disk with snapshots, or one that is billed yearly\/monthly/);
  expect(add + grow).not.toContain("snapshots");
});

test("what limits the time is named: an option that exists for the operation, and none for a read", async () => {
  const { add, read } = await told({ fault: "throttle", times: "always", retry_after_s: 20 });
  expect(add).toMatch(/timed out after 2m \(limit set by customTimeouts\.create\)/);
  expect(read).toMatch(/timed out after 5m \(limit set by the provider; it is fixed for reads\)/);
});

test("nothing that is said has a secret", async () => {
  const said = Object.values(await told(json(401, "APIGW.0301", "who?"))).join("\n") + stack.shown.join("\n");
  const { HW_SECRET_KEY: secret, HW_ACCESS_KEY: access } = cloud.emulator.env;
  expect(secret.length).toBeGreaterThan(10);
  expect(said).not.toContain(secret);
  expect(said).not.toContain(access);
});

describe("one call of the engine has one deadline", () => {
  test("whatever it does one after the other: disks that go, and disks that come after them", async () => {
    const lost = { deletionPolicy: "delete" };
    const set = (disks: object, more: object = {}): Declared => ({
      disks: { desktopId: desktopId(), disks, ...lost, ...more },
    });
    await stack.up({ it: set({ old: { type: "SSD", size: 100 } }) });
    const began = cloud.clock.now();
    // Jobs take 5 s: the old disk goes in time, and the new one does not come any more.
    const { it } = await stack.up({
      it: set({ fresh: { type: "SAS", size: 500 } }, { timeouts: { update: "8s" } }),
    });
    expect(it?.error).toMatch(
      /Adding data disk "fresh".*timed out after 8s \(limit set by customTimeouts\.update\)/s,
    );
    expect(cloud.clock.now() - began).toBeLessThanOrEqual(8_000);
  });

  test("a sign-in without an answer holds up no operation past its time", async () => {
    const { HW_ACCESS_KEY, HW_SECRET_KEY, ...env } = cloud.emulator.env;
    const signIn = {
      HW_USER_NAME: "emulator",
      HW_USER_PASSWORD: "Emulator-Password-1",
      HW_DOMAIN_NAME: "emulator",
    };
    cloud.emulator.addFault({ fault: "no-answer", times: "always", match: { path: "/v3/*" } });
    const short = { timeouts: { create: "4s", update: "4s", delete: "4s" } };
    const inputs = { desktopId: desktopId(), type: "SSD", size: 100, ...short };
    const state = { ...inputs, volumeId: "v", region: "cn-north-4", stateVersion: 1 };
    const id = `${desktopId()}/v`;
    const disks = { a: { type: "SSD", size: 100, volumeId: "v" } };
    const set = { desktopId: desktopId(), disks: { a: { type: "SSD", size: 100 } }, ...short };
    const { makeProvider } = await import("./processFront.js");
    const providers = () =>
      makeProvider({ env: { ...env, ...signIn }, clock: cloud.clock, send: cloud.send });
    const calls: [string, () => Promise<unknown>][] = [
      ["create", () => providers().attachment.create(inputs)],
      ["update", () => providers().attachment.update(id, state, { ...inputs, size: 200 })],
      ["delete", () => providers().attachment.delete(id, state)],
      ["create", () => providers().disks.create(set)],
      [
        "update",
        () =>
          providers().disks.update(
            "d",
            { ...set, disks },
            { ...set, disks: { a: { type: "SSD", size: 200 } } },
          ),
      ],
      ["delete", () => providers().disks.delete("d", { ...set, disks })],
    ];
    for (const [operation, run] of calls) {
      const began = cloud.clock.now();
      const ended = await cloud.time.until(run().then(() => "done", String));
      expect(ended).toMatch(/\[HWD1501\]/);
      expect(cloud.clock.now() - began).toBe(4_000);
      expect(operation).toMatch(/create|update|delete/);
    }
  });
});
