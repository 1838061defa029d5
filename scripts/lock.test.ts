import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

// The lock is between processes, so each side of it is a process here.

jest.setTimeout(30_000);

let folder: string;
const started: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lock-"));
});

afterEach(() => {
  started.splice(0).forEach((child) => child.kill("SIGKILL"));
  rmSync(folder, { recursive: true, force: true });
});

/** Runs `action` under the lock in a process of its own. */
function holder(action: string, options = "{}"): ChildProcess {
  const program = `
    import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
    import { setTimeout as wait } from "node:timers/promises";
    import { withLock } from ${JSON.stringify(pathToFileURL(join(__dirname, "lock.mjs")).href)};
    process.on("SIGTERM", () => process.exit(143));
    await withLock("lock", async () => { ${action} }, ${options}).catch(() => { process.exitCode = 3; });
  `;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  started.push(child);
  return child;
}

async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    await once(child, "exit");
  }
  return child.exitCode;
}

async function said(child: ChildProcess, word: string): Promise<void> {
  let text = "";
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk);
    if (text.includes(word)) {
      return;
    }
  }
  throw new Error(`the process ended without saying ${word}`);
}

function foreignLock(owner: Record<string, unknown>): void {
  mkdirSync(join(folder, "lock"));
  writeFileSync(join(folder, "lock", "owner.json"), JSON.stringify({ id: "other", ...owner }));
}

test("only one process at a time is inside, and nothing is left behind", async () => {
  writeFileSync(join(folder, "count"), "0");
  const add = `
    const before = Number(readFileSync("count", "utf8"));
    await wait(50);
    writeFileSync("count", String(before + 1));
  `;

  const processes = Array.from({ length: 6 }, () => holder(add, "{ poll: 5 }"));

  expect(await Promise.all(processes.map(ended))).toEqual([0, 0, 0, 0, 0, 0]);
  expect(readFileSync(join(folder, "count"), "utf8")).toBe("6");
  expect(readdirSync(folder)).toEqual(["count"]);
});

test("who has to wait is told for whom", async () => {
  const first = holder(`console.log("inside"); await wait(60_000);`);
  await said(first, "inside");
  const second = holder("", `{ onWait: (pid) => console.log("waiting for " + pid), poll: 5 }`);

  await said(second, `waiting for ${String(first.pid)}\n`);
});

test("the lock of a process that was killed is taken over at once, by one only", async () => {
  const killed = holder(`console.log("inside"); await wait(60_000);`);
  await said(killed, "inside");
  const action = `appendFileSync("order", "in "); await wait(20); appendFileSync("order", "out ");`;
  const others = Array.from({ length: 4 }, () => holder(action, "{ poll: 5 }"));
  killed.kill("SIGKILL");

  expect(await Promise.all(others.map(ended))).toEqual([0, 0, 0, 0]);
  expect(readFileSync(join(folder, "order"), "utf8")).toBe("in out ".repeat(4));
  expect(readdirSync(folder)).toEqual(["order"]);
});

test("a process that is told to end gives the lock back, inside as well as waiting", async () => {
  const inside = holder(`console.log("inside"); await wait(60_000);`);
  await said(inside, "inside");
  const waiting = holder("", `{ onWait: () => console.log("waiting"), poll: 5 }`);
  await said(waiting, "waiting");

  waiting.kill("SIGTERM");
  await ended(waiting);
  expect(readdirSync(folder)).toEqual(["lock"]);
  inside.kill("SIGTERM");
  await ended(inside);
  expect(readdirSync(folder)).toEqual([]);
});

test("an action that fails gives the lock back", async () => {
  expect(await ended(holder(`throw new Error("as it happens");`))).toBe(3);
  expect(readdirSync(folder)).toEqual([]);
});

test("the lock of another machine is taken over when it shows no sign of life", async () => {
  foreignLock({ pid: process.pid, host: "another-machine" });

  expect(await ended(holder(`writeFileSync("done", "");`, "{ poll: 5, patience: 50 }"))).toBe(0);

  expect(readdirSync(folder)).toEqual(["done"]);
});

test("the lock of an owner that shows signs of life is not taken over, however long it takes", async () => {
  const first = holder(
    `console.log("inside"); await wait(1_000); appendFileSync("order", "first ");`,
    "{ beat: 20 }",
  );
  await said(first, "inside");

  expect(await ended(holder(`appendFileSync("order", "second");`, "{ poll: 5, patience: 500 }"))).toBe(0);

  expect(readFileSync(join(folder, "order"), "utf8")).toBe("first second");
});
