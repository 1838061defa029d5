/** What a person reads at two in the morning. */
import type { Fault } from "huaweicloud-workspace-emulator";
import { DisksLife, sas, ssd } from "../testing/disksLife";
import { Life, newRun } from "../testing/lives";
import { desktopId, eachOnStage } from "../testing/stage";
import { ConnectionError, Operation } from "./desktopRoom";
import { DiskOperationError, within } from "./failure";
import { PartlyDoneError } from "./partlyDone";

const on = eachOnStage();
const timeouts = { create: "2m", update: "2m", delete: "2m" };
const one = (more: object = {}) => ({ desktopId: desktopId(), ...ssd, timeouts, ...more });
const json = (status: number, code: string, text: string): Fault => ({
  fault: "respond",
  status,
  body: { error_code: code, error_msg: text },
  times: "always",
});
const ID = "[0-9a-f-]{32,36}";
const DESKTOP = "of desktop d0000000-0000-4000-8000-000000000001";

/** What each operation on a disk, and on all of them, says when the service does this. */
async function told(fault: Fault): Promise<Record<"add" | "grow" | "read" | "delete" | "all", string>> {
  const life = new Life(on.it);
  await life.up(newRun(on.it).attachment, one());
  const all = new DisksLife(on.it);
  await all.want({ data: sas }, { timeouts });
  on.it.emulator.addFault(fault);
  const text = ({ error }: { error?: Error }) => error?.message ?? "";
  return {
    add: text(await new Life(on.it).up(newRun(on.it).attachment, one({ type: "ESSD" }))),
    grow: text(await life.up(newRun(on.it).attachment, one({ size: 200 }))),
    read: await life
      .refresh(newRun(on.it).attachment)
      .then(text, (error: unknown) => (error as Error).message),
    delete: text(await life.destroy(newRun(on.it).attachment)),
    all: text(
      await all.want({ data: { ...sas, size: 600 }, logs: { type: "ESSD", size: 10 } }, { timeouts }),
    ),
  };
}

test("what was tried on which disk of which desktop, what the service said, and what to do", async () => {
  const { add, grow, read, delete: gone, all } = await told(json(403, "WKS.0403", "Permission denied."));
  const said = `failed after \\d s: GET /v2/\\w+/desktops/\\S+ answered 403 WKS\\.0403: Permission denied\\. \\(request id ${ID}\\)\\. The credentials are not allowed to do this: .*Nothing was called gone because of this\\.`;
  expect(add).toMatch(new RegExp(`^adding a data disk \\(ESSD, 100 GB\\) ${DESKTOP} ${said}$`));
  expect(grow).toMatch(new RegExp(`^changing disk ${ID} ${DESKTOP} ${said}$`));
  expect(read).toMatch(new RegExp(`^reading disk ${ID} ${DESKTOP} ${said}$`));
  expect(gone).toMatch(new RegExp(`^deleting disk ${ID} ${DESKTOP} ${said}$`));
  const lines = all.split("\n");
  expect(lines).toHaveLength(3);
  expect(lines[0]).toBe(`2 data disk(s) ${DESKTOP} failed:`);
  expect(lines[1]).toMatch(new RegExp(`^- data: changing data disk "data" \\(${ID}\\) ${DESKTOP} ${said}$`));
  expect(lines[2]).toMatch(
    new RegExp(`^- logs: adding data disk "logs" \\(ESSD, 10 GB\\) ${DESKTOP} ${said}$`),
  );
});

test.each<[string, Fault, RegExp]>([
  ["a 401", json(401, "APIGW.0301", "who?"), /not accepted.* Put a new one in its place/],
  [
    "a 404 that is not the service's own",
    { fault: "wrong-project", times: "always" },
    /answered 404 \(no code\).*does not prove that anything is gone: a wrong region, project or endpoint/,
  ],
  [
    "a page of HTML",
    { fault: "not-json", times: "always" },
    /answered 200 .*This is no answer of the service: check endpoint and proxy/,
  ],
  [
    "a service that is down",
    json(500, "WKS.0500", "Internal"),
    /its time of [25] min is over.*answered 500 WKS\.0500: Internal \(request id .*No change was sent to the service\.$/,
  ],
])("%s is told for each operation, with the way out", async (_what, fault, text) => {
  for (const message of Object.values(await told(fault))) {
    expect(message).toMatch(new RegExp(text, "s"));
    expect(message).toContain(DESKTOP);
    expect(message).not.toContain("The service does not accept this request");
  }
});

test("a request that is refused says so, for each call that changes something", async () => {
  const { read, ...others } = await told({
    ...json(400, "WKS.0400", "over quota"),
    match: { method: "POST" },
  });
  expect(read).toBe("");
  for (const message of Object.values(others)) {
    expect(message).toMatch(
      /POST \S+ answered 400 WKS\.0400: over quota \(request id .*\)\. The service does not accept this request: correct what it names/,
    );
  }
});

test("a job that failed says which, why, and what may be the matter with a disk that stays", async () => {
  const { add, delete: gone } = await told({
    fault: "job-fails",
    times: "always",
    code: "WKS.10",
    reason: "no capacity",
  });
  expect(add).toMatch(
    new RegExp(
      `job ${ID} failed: WKS\\.10 no capacity.* Put right what it names, then run the same command again\\.$`,
    ),
  );
  expect(add).not.toContain("snapshots");
  expect(gone).toMatch(
    new RegExp(
      `job ${ID} failed: WKS\\.10 no capacity.* A disk with snapshots, or one that is billed yearly/monthly`,
    ),
  );
});

test("a busy desktop says that it is, and that nothing was sent", async () => {
  const { add, delete: gone } = await told({
    fault: "foreign-job",
    desktop_id: desktopId(),
    duration_ms: 1e9,
    visible: false,
  });
  expect(add).toMatch(
    /its time of 2 min is over \(customTimeouts sets it\)\. Last seen, .*409 WKS\.00010032.*No change was sent to the service\.$/,
  );
  expect(gone).toMatch(/No change was sent to the service\.$/);
});

test("nothing that is said holds a secret", async () => {
  const said =
    Object.values(await told(json(401, "APIGW.0301", "who?"))).join("\n") + on.it.log.lines.join("\n");
  const { HW_SECRET_KEY: secret, HW_ACCESS_KEY: access } = on.it.emulator.env;
  expect(secret.length).toBeGreaterThan(10);
  expect(said).not.toContain(secret);
  expect(said).not.toContain(access);
});

describe("one operation", () => {
  const operation = () =>
    new Operation(on.it.clock, { doing: "deleting", disk: "disk v", desktopId: "d", timeoutMs: 1000 });

  test("that went well leaves no clock running", async () => {
    expect(await within(operation(), () => Promise.resolve(7))).toBe(7);
    expect(on.it.clock.sleeping).toBe(0);
  });

  test("that failed tells its cause once, ends its sentence once, and leaves no clock running", async () => {
    const cause = new ConnectionError("connect ECONNREFUSED.", "no", "ECONNREFUSED");
    const failure = await within(operation(), () => Promise.reject(cause)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(DiskOperationError);
    expect(failure).toMatchObject({
      cause,
      message:
        "deleting disk v of desktop d failed after 0 s: connect ECONNREFUSED. " +
        "The service could not be reached: check network, proxy and endpoint, then run the same command again.",
    });
    expect(on.it.clock.sleeping).toBe(0);
  });

  test("that was done in part is thrown as it is, for the engine to keep", async () => {
    const partly = new PartlyDoneError(new Error("why"), "d/v", { volumeId: "v" });
    await expect(within(operation(), () => Promise.reject(partly))).rejects.toBe(partly);
    expect(partly).toMatchObject({ message: "why", reasons: ["why"], id: "d/v" });
  });
});
