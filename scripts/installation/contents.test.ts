import { contentProblems } from "./contents";

const manifest = {
  main: "./dist/sdk/index.js",
  types: "./dist/sdk/index.d.ts",
  bin: { command: "./dist/orphans/main.js" },
  exports: { ".": { default: "./dist/sdk/index.js" }, "./package.json": "./package.json" },
};
const good = [
  "CHANGELOG.md",
  "LICENSE",
  "README.md",
  "package.json",
  "dist/sdk/index.js",
  "dist/sdk/index.d.ts",
  "dist/orphans/main.js",
];
const problems = (paths: readonly string[]) =>
  contentProblems(paths, manifest, (name) => name !== "sdk/gone");

test("what users need is all right", () => {
  expect(problems([...good, "dist/provider/disk/plan.js", "docs/coming-from-terraform.md"])).toEqual([]);
});

test.each([
  "dist/sdk/index.js.map",
  "dist/provider/testing/mockServer.js",
  "dist/provider/disk/plan.test.js",
  "dist/emulator/index.js",
  "dist/scripts/language-host/main.js",
  "sdk/index.ts",
  "docs/draft.txt",
])("%s is too much", (path) => {
  expect(problems([...good, path])).toEqual([`${path}: users do not need it`]);
});

test("what a removed source has left in dist is told", () => {
  expect(problems([...good, "dist/sdk/gone.js"])).toEqual([
    "dist/sdk/gone.js: left over, its source has gone",
  ]);
});

test.each(good)("%s must be there", (path) => {
  expect(problems(good.filter((other) => other !== path))).toEqual([`${path}: missing`]);
});
