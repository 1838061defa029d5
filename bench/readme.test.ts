import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../scripts/repository";
import { readmeTable, report, type Results } from "./report";

const read = (file: string) => readFileSync(join(repositoryRoot, file), "utf8");
const results = JSON.parse(read("bench/RESULTS.json")) as Results;

/** Rows of a table as their cells: how wide the columns are drawn says nothing. */
function cellsOf(text: string): string[][] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("|") && !/^[|\s:-]+$/.test(line))
    .map((line) => line.split("|").map((cell) => cell.trim()));
}

test("the page is what was measured, and what was written about it", () => {
  expect(read("bench/RESULTS.md")).toBe(report(results, read("bench/EXPLAINED.md")));
});

test("the figures of the README are those of that run", () => {
  const measured = cellsOf(readmeTable(results.teardown ?? []));
  expect(measured.length).toBeGreaterThan(4);
  expect(cellsOf(read("README.md"))).toEqual(expect.arrayContaining(measured));
});
