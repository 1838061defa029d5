/** The walk through a delete in CONTRIBUTING.md is short, and leads through files and functions that exist. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../../scripts/repository";

const page = readFileSync(join(repositoryRoot, "CONTRIBUTING.md"), "utf8");
const walk = /^## A delete, file by file\n([\s\S]*?)^## /m.exec(page)?.[1] ?? "";
const steps = [...walk.matchAll(/^\|[^|]*\| `([\w/.]+\.ts)` +\| `(\w+)` +\| (\S.*\.) +\|$/gm)].map(
  ([, file = "", name = "", what = ""]) => ({ file, name, what }),
);

test("each step names a file, and something in it that exists", () => {
  expect(steps.length).toBeGreaterThan(20);
  const missing = steps.filter(({ file, name }) => {
    const path = join(repositoryRoot, file);
    return !existsSync(path) || !new RegExp(`\\b${name}\\b`).test(readFileSync(path, "utf8"));
  });

  expect(missing).toEqual([]);
});

test("it goes through at most 25 files, and none of signing in", () => {
  const files = new Set(steps.map(({ file }) => file));

  expect(files.size).toBeLessThanOrEqual(25);
  expect([...files].filter((file) => file.includes("/auth/"))).toEqual([]);
});

test("every row of the table is such a step, and the phases are those of the machine", () => {
  const rows = walk.split("\n").filter((line) => line.startsWith("|"));
  const phases = [...walk.matchAll(/^\| \*\*(\w+)\*\*/gm)].map(([, phase]) => phase);
  const machine = readFileSync(join(repositoryRoot, "provider/core/desktop/batch.ts"), "utf8");

  expect(rows).toHaveLength(steps.length + 2);
  for (const phase of ["read", "send", "wait", "verify"]) {
    expect(phases).toContain(phase);
    expect(machine).toContain(`name: "${phase}"`);
  }
});

test("every file and folder that the page names exists", () => {
  const named = [
    ...page.matchAll(
      /`((?:provider|sdk|orphans|emulator|tests|bench|chaos|scripts|docs|examples)\/[\w./-]*)`/g,
    ),
  ];

  expect(named.length).toBeGreaterThan(20);
  expect(
    named.map(([, path = ""]) => path).filter((path) => !existsSync(join(repositoryRoot, path))),
  ).toEqual([]);
});
