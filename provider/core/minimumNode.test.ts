import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MINIMUM_NODE, requireNode } from "./minimumNode";

const root = join(__dirname, "..", "..");
const textOf = (...path: string[]) => readFileSync(join(root, ...path), "utf8");

test.each(["20.19.0", "20.20.1", "22.1.0", "100.0.0"])("Node.js %s is new enough", (version) => {
  expect(() => {
    requireNode(version);
  }).not.toThrow();
});

test.each(["20.18.3", "18.20.0", "9.11.2"])("Node.js %s is refused with what to install", (version) => {
  expect(() => {
    requireNode(version);
  }).toThrow(
    `Loading pulumi-huaweicloud-workspace: Node.js ${version} is too old. Nothing was sent to the service. ` +
      "Install Node.js 20.19 or newer, or set PATH so that `node --version` shows it, and run again. [HWD1805]",
  );
});

test("the minimum is the one of package.json", () => {
  const { engines } = JSON.parse(textOf("package.json")) as { engines: { node: string } };
  expect(engines.node).toBe(`>=${MINIMUM_NODE}`);
});

test.each([
  ["sdk", "index.ts"],
  ["provider", "index.ts"],
  ["provider", "plugin", "main.ts"],
])("%s %s looks before it loads anything else", (...path) => {
  const [first] = textOf(...path)
    .split("\n")
    .filter((line) => /^(import|export) /.test(line));
  expect(first).toMatch(/^import "\.\/checkNode";$/);
});
