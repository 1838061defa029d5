import { readFileSync } from "node:fs";
import { join } from "node:path";

import { version } from "./version";

test("the version is that of package.json", () => {
  const text = readFileSync(join(__dirname, "..", "package.json"), "utf8");
  expect((JSON.parse(text) as { version: string }).version).toBe(version);
});
