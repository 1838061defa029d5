import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../scripts/repository";
import { type ScaleRow, scaleTable } from "./scale";

const read = (file: string) => readFileSync(join(repositoryRoot, file), "utf8");

test("the figures of docs/scale.md are those that were simulated", () => {
  const shown = read("docs/scale.md")
    .split("\n")
    .filter((line) => line.startsWith("|") && !/^[|\s:-]+$/.test(line))
    .map((line) => line.slice(1, -1).split("|"))
    .map((row) => row.map((cell) => cell.trim()));
  expect(shown).toEqual(scaleTable(JSON.parse(read("bench/SCALE.json")) as ScaleRow[]));
});
