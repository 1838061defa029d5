import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Notes when it has the lock and when it gives it up, which is after it would have been taken for abandoned. */
const program = `
  import { appendFileSync } from "node:fs";
  import { withLock } from ${JSON.stringify(join(__dirname, "lock.mjs"))};
  process.on("exit", () => appendFileSync("log", ">"));
  await withLock("lock", async () => {
    appendFileSync("log", "<");
    await new Promise((resolve) => setTimeout(resolve, 900));
    process.exit();
  }, { staleMs: 600, beatMs: 100 });`;

test("one process holds it at a time and keeps it, one takes over an abandoned one, and nothing is left", async () => {
  const folder = mkdtempSync(join(tmpdir(), "lock-"));
  mkdirSync(join(folder, "lock"));
  writeFileSync(join(folder, "lock", "1-gone"), "");
  const ends = Array.from({ length: 4 }, () => {
    const args = ["--input-type=module", "-e", program];
    return once(spawn(process.execPath, args, { cwd: folder, stdio: "inherit" }), "exit");
  });
  expect(await Promise.all(ends)).toEqual(Array(4).fill([0, null]));
  expect(readFileSync(join(folder, "log"), "utf8")).toBe("<>".repeat(4));
  expect(readdirSync(folder)).toEqual(["log"]);
  rmSync(folder, { recursive: true });
});
