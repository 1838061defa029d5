import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../scripts/repository";
import { scale, type ScaleRow, scaleTable } from "./scale";

const PAGE = join(repositoryRoot, "docs", "scale.md");

test("what many desktops cost: writes bench/SCALE.json and the table of docs/scale.md", async () => {
  const rows: ScaleRow[] = [];
  for (const [desktops, perSecond] of SIZES) rows.push(await scale(desktops, perSecond));
  writeFileSync(join(repositoryRoot, "bench", "SCALE.json"), `${JSON.stringify(rows, undefined, 2)}\n`);
  const [head = [], ...cells] = scaleTable(rows);
  const lines = [head, head.map(() => "---:"), ...cells].map((row) => `| ${row.join(" | ")} |`);
  const page = readFileSync(PAGE, "utf8");
  writeFileSync(PAGE, page.replace(/^\|(?:.*\n\|)*.*$/m, lines.join("\n")));
}, 3_600_000);

const SIZES = [
  [100, 20],
  [100, 10],
  [1_000, 20],
  [1_000, 10],
] as const;
