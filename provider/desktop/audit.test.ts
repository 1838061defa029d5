import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Lines } from "../auth/testing/world";
import { VirtualClock } from "../testing/virtualClock";
import { auditFile } from "./audit";

const dir = mkdtempSync(join(tmpdir(), "audit-"));
afterAll(() => {
  rmSync(dir, { recursive: true });
});
const record = {
  action: "deleted" as const,
  desktopId: "d",
  volume: { volumeId: "v", type: "SSD", size: 20 },
  job: { jobId: "j", requestId: "r" },
};

test("each disk is one line, for nobody else to read", () => {
  const file = join(dir, "file");
  const audit = auditFile({ HW_WORKSPACE_AUDIT: file, PULUMI_STACK: "dev" }, new VirtualClock(), new Lines());
  audit(record);
  audit({ ...record, action: "added", job: undefined });
  const common = {
    time: "2026-01-02T03:04:05.000Z",
    stack: "dev",
    desktop: "d",
    volume: "v",
    type: "SSD",
    size: 20,
  };
  expect(
    readFileSync(file, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as object),
  ).toEqual([
    { ...common, action: "deleted", job: "j", request: "r" },
    { ...common, action: "added" },
  ]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("a file that cannot be written is warned about and fails nothing", () => {
  const log = new Lines();
  auditFile({ HW_WORKSPACE_AUDIT: join(dir, "no", "file") }, new VirtualClock(), log)(record);
  expect(log.lines).toEqual([expect.stringMatching(/audit file .* cannot be written/)]);
});

test.each([{}, { HW_WORKSPACE_AUDIT: "" }])("with %j nothing is kept", (env) => {
  const log = new Lines();
  auditFile(env, new VirtualClock(), log)(record);
  expect(log.lines).toEqual([]);
});
