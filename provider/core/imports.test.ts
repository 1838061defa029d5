import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import ts from "typescript";

const core = __dirname;

/** What each file of a folder imports from it, besides tests. */
function importsBelow(folder: string): Map<string, readonly string[]> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !/\.test\.ts$|(^|[/\\])testing[/\\]/.test(file))
    .map((file) => join(folder, file));
  return new Map(
    files.map((file) => {
      const { importedFiles } = ts.preProcessFile(readFileSync(file, "utf8"), true, true);
      const own = importedFiles
        .map(({ fileName }) => fileName.replace(/\.js$/, ""))
        .filter((name) => name.startsWith("."))
        .map((name) => join(dirname(file), name))
        .map((path) => (existsSync(`${path}.ts`) ? `${path}.ts` : join(path, "index.ts")));
      return [file, own];
    }),
  );
}

/** Each circle of imports that a search finds, from the file where it begins; none where there are none. */
function circles(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): void => {
    if (path.includes(file)) found.push([...path.slice(path.indexOf(file)), file]);
    if (done.has(file) || path.includes(file)) return;
    path.push(file);
    for (const next of imports.get(file) ?? []) visit(next);
    path.pop();
    done.add(file);
  };
  for (const file of imports.keys()) visit(file);
  return found;
}

test("a circle is found, a file that two others import is none", () => {
  expect(
    circles(
      new Map([
        ["a", ["b", "c"]],
        ["b", ["d"]],
        ["c", ["d"]],
        ["d", []],
      ]),
    ),
  ).toEqual([]);
  expect(
    circles(
      new Map([
        ["a", ["b"]],
        ["b", ["c"]],
        ["c", ["b"]],
      ]),
    ),
  ).toEqual([["b", "c", "b"]]);
});

test("no file of the core imports itself by way of others", () => {
  const imports = importsBelow(core);
  expect(imports.size).toBeGreaterThan(40);
  expect(imports.get(join(core, "index.ts"))).toContain(join(core, "disk", "resource.ts"));
  expect(circles(imports).map((circle) => circle.map((file) => relative(core, file)).join(" -> "))).toEqual(
    [],
  );
});
