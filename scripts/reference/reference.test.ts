import { readFileSync } from "node:fs";
import { join } from "node:path";
import { resources } from "../../provider/core/schema";
import { repositoryRoot } from "../repository";
import { Declarations } from "./declarations";
import { referencePage, referenceText } from "./page";
import { shownProperties, type TypeSource, typeSources } from "./tables";
import { typesFile, typesText } from "./types";

let sources: Declarations;

beforeAll(() => {
  sources = new Declarations();
});

const page = () => readFileSync(join(repositoryRoot, referencePage), "utf8");

test("the reference is up to date (else: npm run docs:reference)", () => {
  expect(page()).toBe(referenceText(sources));
});

test("every resource and look-up that is exported has a part of its own", () => {
  const values = sources
    .names()
    .filter((name) => /^([A-Z]\w*(Attachment|Disks)|get\w+)$/.test(name) && !name.endsWith("Output"));
  expect(values.length).toBeGreaterThanOrEqual(5);
  for (const name of values) expect(page()).toMatch(new RegExp(`^##+ ${name}$`, "m"));
});

test("every function of a resource class has a part of its own", () => {
  const functions = ["DataDiskAttachment", "DesktopDataDisks"].flatMap((resource) =>
    sources
      .functions(resource)
      // Every class of Pulumi's has this one.
      .filter((name) => name !== "isInstance")
      .map((name) => `${resource}.${name}`),
  );
  expect(functions).toContain("DataDiskAttachment.get");
  const headings = page().match(/^### \w+\.\w+$/gm) ?? [];
  expect(headings.map((heading) => heading.slice(4))).toEqual(functions);
});

test("the types are up to date (else: npm run docs:reference)", () => {
  expect(readFileSync(join(repositoryRoot, typesFile), "utf8")).toBe(typesText());
});

const byName = (one: { readonly name: string }, other: { readonly name: string }) =>
  one.name.localeCompare(other.name);

// Read with the compiler, whatever file they stand in: a type that is written by hand would be seen.
test.each(Object.entries<TypeSource>(typeSources))(
  "%s has exactly what its table says",
  (name, { table }) => {
    expect(sources.properties(name).sort(byName)).toEqual(shownProperties(table).sort(byName));
  },
);

test.each(["DataDiskAttachment", "DesktopDataDisks"] as const)(
  "the class %s has exactly the outputs of its table",
  (kind) => {
    const outputs = shownProperties(resources[kind].outputs);
    expect(sources.outputs(kind).sort(byName)).toEqual(outputs.sort(byName));
  },
);

test("every interface that is exported comes from a table", () => {
  const interfaces = sources
    .names()
    .filter((name) => /(Args|Result|DataDisk|DesktopVolume|LookupPlace)$/.test(name));
  expect(interfaces.sort()).toEqual(Object.keys(typeSources).sort());
});

test("every property of the tables says what it means, and every input of a resource what a change does", () => {
  const says = /refused|in place|later change does nothing|may not leave a set/;
  for (const [name, { table, inputs }] of Object.entries<TypeSource>(typeSources)) {
    for (const { name: property, text } of shownProperties(table)) {
      expect([name, property, text]).toEqual([name, property, expect.stringMatching(/^[`A-Z].*\.$/)]);
      if (inputs === true)
        expect([name, property, text]).toEqual([name, property, expect.stringMatching(says)]);
    }
  }
});

test("a property is told by name, bare type and the text of its comment on one line", () => {
  const [desktopId, type] = sources.properties("DataDiskAttachmentArgs");
  expect(desktopId).toMatchObject({ name: "desktopId", type: "string", optional: false });
  expect(type?.text).toMatch(
    /^Disk type: .* A change would cost the data: refused, unless `allowReplace`\.$/,
  );
});
