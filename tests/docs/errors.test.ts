/** The page of errors and the texts in the code hold each other. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { repositoryRoot } from "../../scripts/repository";

/** What the page quotes: the first column of its tables. */
const fragments = [
  ...readFileSync(join(repositoryRoot, "docs", "errors.md"), "utf8").matchAll(/^\| `([^`]+)` +\|/gm),
].map(([, fragment = ""]) => fragment);

const sources = ["provider", "sdk"].flatMap((folder) =>
  readdirSync(join(repositoryRoot, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && !file.includes("testing"))
    .map((file) => join(folder, file)),
);

/** The fixed words of an expression, in their order; `…` stands for what is put in. */
function words(node: ts.Node): string {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (ts.isTemplateExpression(node)) {
    return (
      node.head.text +
      node.templateSpans.map((span) => `…${words(span.expression)}${span.literal.text}`).join("")
    );
  }
  const parts: string[] = [];
  node.forEachChild((child) => {
    parts.push(words(child));
  });
  return parts.join("");
}

function parse(file: string): ts.SourceFile {
  const text = readFileSync(join(repositoryRoot, file), "utf8");
  return ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
}

/** The words of every error that the file makes and of every reason that it gives. */
function messages(file: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && node.expression.getText().endsWith("Error")) {
      found.push((node.arguments ?? []).map(words).join(" "));
    } else if (ts.isPropertyAssignment(node) && node.name.getText() === "reason") {
      found.push(words(node.initializer));
    }
    node.forEachChild(visit);
  };
  visit(parse(file));
  // What only wraps another text has hardly any words of its own.
  return found
    .filter((text) => (text.match(/[a-z]{2,}/gi) ?? []).length > 5)
    .map((text) => `${file}: ${text}`);
}

const everything = sources.map((file) => words(parse(file))).join("\n");

test("what the page quotes is in the code", () => {
  expect(fragments.length).toBeGreaterThan(40);
  expect(fragments.filter((fragment) => !everything.includes(fragment))).toEqual([]);
});

test("every error with a text of its own is on the page", () => {
  const all = sources.flatMap(messages);
  expect(all.length).toBeGreaterThan(30);
  expect(all.filter((text) => !fragments.some((fragment) => text.includes(fragment)))).toEqual([]);
});
