import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type * as schema from "../provider/core/schema";
import type * as sdk from "../sdk";
import { document, pages } from "./documents";
import { repositoryRoot } from "./repository";

test.each(Object.keys(pages))('%s is up to date (else: "npm run docs")', (page) => {
  expect(readFileSync(join(repositoryRoot, page), "utf8")).toBe(document(page));
});

test("every property that a program can use is in the reference", () => {
  const reference = document("docs/reference.md");
  const sources = readdirSync(join(repositoryRoot, "sdk")).filter((name) => /^(data|desktop|get)/.test(name));
  const properties = sources.flatMap((name) => {
    const text = readFileSync(join(repositoryRoot, "sdk", name), "utf8");
    return [...text.matchAll(/^ {2}(?:declare readonly )?(\w+)\??: \S.*;$/gm)].map(
      ([, property]) => property,
    );
  });
  expect(properties.length).toBeGreaterThan(50);
  expect(properties.filter((property) => !reference.includes(`| \`${property}\``))).toEqual([]);
});

type RequiredOf<T> = { [K in keyof T]-?: object extends Pick<T, K> ? never : K }[keyof T];
type RequiredIn<T> = { [K in keyof T]: T[K] extends { required: true } ? K : never }[keyof T];
type Same<A, B> = [A, B] extends [B, A] ? true : never;
type Inputs<Args, Table> = [Same<keyof Args, keyof Table>, Same<RequiredOf<Args>, RequiredIn<Table>>];

test("the classes have exactly the inputs of the tables: the compiler checks it", () => {
  const attachment: Inputs<sdk.DataDiskAttachmentArgs, typeof schema.attachmentProperties> = [true, true];
  const set: Inputs<sdk.DesktopDataDisksArgs, typeof schema.setProperties> = [true, true];
  const disk: Inputs<sdk.DataDiskArgs, typeof schema.diskProperties> = [true, true];
  expect([attachment, set, disk]).toHaveLength(3);
});
