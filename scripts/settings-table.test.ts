import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "./repository";
import { settingsPage, settingsTable, withSettings } from "./settings-table";

const begin = `<!-- settings: made by "npm run docs:settings" -->`;
const end = "<!-- end of settings -->";

test("the page of settings is up to date (else: npm run docs:settings)", () => {
  const page = readFileSync(join(repositoryRoot, settingsPage), "utf8");
  expect(page).toBe(withSettings(page));
});

test("a setting has a row: its name, its variables, what it means and whether it is secret", () => {
  const table = settingsTable({
    word: { env: ["HW_WORD", "OS_WORD"], secret: true, meaning: "A word." },
    n: { env: ["HW_N"], meaning: "A number." },
  });
  expect(table.split("\n")).toEqual([
    "| setting | environment          | meaning         |",
    "| ------- | -------------------- | --------------- |",
    "| `word`  | `HW_WORD`, `OS_WORD` | A word. Secret. |",
    "| `n`     | `HW_N`               | A number.       |",
  ]);
});

test("what stands between the comments is replaced, the rest stays", () => {
  const page = `before\n\n${begin}\nold\n${end}\n\nafter\n`;
  expect(withSettings(page, "new")).toBe(`before\n\n${begin}\n\nnew\n\n${end}\n\nafter\n`);
});

test.each([["none"], [begin], [end], [`${end}${begin}`]])(
  "a page with comments like %s is refused",
  (page) => {
    expect(() => withSettings(page)).toThrow(/must hold/);
  },
);
