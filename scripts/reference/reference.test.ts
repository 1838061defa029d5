import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  attachmentProperties,
  diskProperties,
  type InputProperty,
  setProperties,
} from "../../provider/core/schema";
import { repositoryRoot } from "../repository";
import { Declarations } from "./declarations";
import { referencePage, referenceText } from "./page";

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

test("every property says what it means", () => {
  const interfaces = sources
    .names()
    .filter((name) => /(Args|Result|DataDisk|DesktopVolume|LookupPlace)$/.test(name));
  expect(interfaces.length).toBeGreaterThanOrEqual(8);
  const properties = [
    ...interfaces.flatMap((name) => sources.properties(name)),
    ...["DataDiskAttachment", "DesktopDataDisks"].flatMap((name) => sources.outputs(name)),
  ];
  expect(properties.filter(({ text }) => text === "")).toEqual([]);
});

test("every input of a resource says what a change of it does", () => {
  const says = /refused|in place|later change does nothing|may leave the set/;
  for (const name of ["DataDiskAttachmentArgs", "DesktopDataDisksArgs", "DataDiskArgs"]) {
    const silent = sources.properties(name).filter(({ text }) => !says.test(text));
    expect(silent.map((property) => `${name}.${property.name}`)).toEqual([]);
  }
});

test.each([
  ["DataDiskAttachmentArgs", attachmentProperties],
  ["DesktopDataDisksArgs", setProperties],
  ["DataDiskArgs", diskProperties],
])("%s has exactly the inputs of the core's table", (name, table) => {
  const inputs = sources.properties(name);
  expect(inputs.map((property) => property.name).sort()).toEqual(Object.keys(table).sort());
  const required = Object.entries<InputProperty>(table).filter(([, property]) => property.required === true);
  expect(
    inputs
      .filter(({ optional }) => !optional)
      .map((property) => property.name)
      .sort(),
  ).toEqual(required.map(([key]) => key).sort());
});

test("a property is told by name, bare type and the text of its comment on one line", () => {
  const [desktopId, type] = sources.properties("DataDiskAttachmentArgs");
  expect(desktopId).toMatchObject({ name: "desktopId", type: "string", optional: false });
  expect(type?.text).toMatch(
    /^Kind of disk: .* A change would cost the data: refused, unless `allowReplace`\.$/,
  );
});
