/** The page of promises names tests that exist, and every reading that the emulator speaks. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../../scripts/repository";

const page = readFileSync(join(repositoryRoot, "docs", "promises.md"), "utf8");
const [, promisesText = "", gapsText = ""] =
  /^([\s\S]*)^## Gaps that cannot be closed\n([\s\S]*)/m.exec(page) ?? [];

/** Each promise: its heading, and what stands below it. */
const promises = [...promisesText.matchAll(/^### (.+)\n([\s\S]*?)(?=^#|(?![\s\S]))/gm)].map(
  ([, title = "", text = ""]) => ({ title, text }),
);

/** The tests that a text names: `` `tests/engine/handover.test.ts`: "nothing is left to do" ``. */
function testsIn(text: string): { file: string; title: string }[] {
  return [...text.matchAll(/`([\w/.-]+\.ts)`: "([^"]+)"/g)].map(([, file = "", title = ""]) => ({
    file,
    title,
  }));
}

/** Whether a test, or a group of tests, of this title stands in the file. */
function stands({ file, title }: { file: string; title: string }): boolean {
  const path = join(repositoryRoot, file);
  if (!existsSync(path)) return false;
  const quoted = ['"', "`", "'"].map((quote) => `${quote}${title}`);
  return quoted.some((text) => readFileSync(path, "utf8").includes(text));
}

test("every promise says in one sentence what holds, under which readings, and which tests hold it", () => {
  expect(promises.length).toBeGreaterThan(10);
  const without = promises.filter(
    ({ text }) =>
      !/^\n[A-Z][^\n]+\.\n\n- Readings: /.test(text) ||
      !text.includes("\n- Tests:\n") ||
      testsIn(text).length === 0,
  );

  expect(without).toEqual([]);
});

test("every test that the page names exists", () => {
  const named = testsIn(page);

  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((one) => !stands(one))).toEqual([]);
});

test("a test that does not exist would be seen", () => {
  const here = "tests/docs/promises.test.ts";
  const unknown = ["no", "such", "test"].join(" ");

  expect(stands({ file: here, title: "every test that the page names exists" })).toBe(true);
  expect(stands({ file: here, title: unknown })).toBe(false);
  expect(stands({ file: "tests/no.test.ts", title: "a" })).toBe(false);
});

test("every reading that the page names is a dialect of the emulator, and none is missing", () => {
  const source = readFileSync(join(repositoryRoot, "emulator", "README.md"), "utf8");
  const table = /## Dialects[\s\S]*?(?=\n## )/.exec(source)?.[0] ?? "";
  const dialects = [...table.matchAll(/^\| `([a-z][a-z0-9-]+)` /gm)].map(([, name]) => name);
  const named = [...page.matchAll(/^\| `([a-z][a-z0-9-]+)` /gm)].map(([, name]) => name);

  expect(dialects.length).toBeGreaterThan(10);
  expect(named).toEqual(dialects);
});

test("every gap says what to do instead", () => {
  const [, , ...rows] = gapsText.split("\n").filter((line) => line.startsWith("|"));

  expect(rows.length).toBeGreaterThan(4);
  expect(rows.filter((row) => !/^\| \S.+ \| \S.+ \|$/.test(row))).toEqual([]);
});
