/** The page of errors and the codes in the core hold each other. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { errorCodes } from "../../provider/core/errorCodes";
import { repositoryRoot } from "../../scripts/repository";

const page = readFileSync(join(repositoryRoot, "docs", "errors.md"), "utf8");

/** Each heading of a code, with the text below it. */
const entries = [...page.matchAll(/^### (HWD\d{4}): (.+)\n([\s\S]*?)(?=^##|(?![\s\S]))/gm)].map(
  ([, code = "", title = "", text = ""]) => ({ code, title, text: text.trim() }),
);

function filesBelow(folder: string, isWanted: (file: string) => boolean): { file: string; text: string }[] {
  return readdirSync(join(repositoryRoot, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => !/(^|\/)(node_modules|dist|build)\//.test(file) && isWanted(file))
    .map((file) => ({
      file: join(folder, file),
      text: readFileSync(join(repositoryRoot, folder, file), "utf8"),
    }));
}

const codesIn = (text: string): string[] => text.match(/\bHWD\d{4}\b/g) ?? [];

test("each code is a heading with its title, in order, and no others are", () => {
  const codes = Object.entries(errorCodes).map(([code, { title }]) => ({ code, title }));

  expect(codes.length).toBeGreaterThan(40);
  expect(entries.map(({ code, title }) => ({ code, title }))).toEqual(codes);
});

test("each says the cause, what is now true, and what to do", () => {
  const parts = /^- \*\*Cause:\*\* \S[\s\S]+?\n- \*\*Now:\*\* \S.+\n- \*\*To do:\*\* \S/;
  expect(entries.filter(({ text }) => !parts.test(text))).toEqual([]);
});

test("a heading stands in the section of its range", () => {
  const sections = [...page.matchAll(/^## (.+)\n([\s\S]*?)(?=^## |(?![\s\S]))/gm)];
  const ranges = sections.map(([, , text = ""]) => [
    ...new Set([...text.matchAll(/^### (HWD\d\d)/gm)].map(([, range]) => range)),
  ]);

  expect(ranges.filter((codes) => codes.length !== 1)).toEqual([]);
  expect(new Set(ranges.flat()).size).toBe(ranges.length);
});

test("every code is given by the code of this package, and every code on a page exists", () => {
  const sources = ["provider", "sdk", "orphans"]
    .flatMap((folder) => filesBelow(folder, (file) => file.endsWith(".ts") && !file.endsWith(".test.ts")))
    // The table itself gives none: there a code is followed by its title.
    .map(({ text }) => text.replace(/^ {2}HWD\d{4}: \{/gm, ""));
  const given = new Set(sources.flatMap(codesIn));
  const pages = ["docs", "examples", "emulator"].flatMap((folder) =>
    filesBelow(folder, (file) => file.endsWith(".md")),
  );

  expect(Object.keys(errorCodes).filter((code) => !given.has(code))).toEqual([]);
  expect(pages.flatMap(({ text }) => codesIn(text)).filter((code) => !(code in errorCodes))).toEqual([]);
});
