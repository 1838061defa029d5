import { readFileSync } from "node:fs";
import { join } from "node:path";
import { documents } from "./documents";
import { repositoryRoot } from "./repository";

test.each(documents())('%s is up to date (else: "npm run docs")', (file, text) => {
  expect(readFileSync(join(repositoryRoot, file), "utf8")).toBe(text);
});
