import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Output } from "@pulumi/pulumi";
import type * as schema from "../provider/core/schema";
import type * as sdk from "../sdk";
import { document, pages } from "./documents";
import { repositoryRoot } from "./repository";
import { typesFile, typesText } from "./types";

test.each(Object.keys(pages))('%s is up to date (else: "npm run docs")', (page) => {
  expect(readFileSync(join(repositoryRoot, page), "utf8")).toBe(document(page));
});

test('sdk/types.ts is up to date (else: "npm run docs")', () => {
  expect(readFileSync(join(repositoryRoot, typesFile), "utf8")).toBe(typesText());
});

/** The type of an output, as the table has it. */
type ValueOf<T> = T extends "text" | "id"
  ? string
  : T extends "size" | "count"
    ? number
    : T extends "flag"
      ? boolean
      : T extends "policy"
        ? (typeof schema.DELETION_POLICIES)[number]
        : T extends { mapOf: "text" }
          ? Record<string, string>
          : T extends { mapOf: "DataDisk" }
            ? Record<string, sdk.DataDisk>
            : never;
type InTable<T extends Record<string, { type: unknown }>> = {
  [K in keyof T]: T[K] extends { required: true } ? ValueOf<T[K]["type"]> : ValueOf<T[K]["type"]> | undefined;
};
type InClass<T> = {
  [K in Exclude<keyof T, "id" | "urn"> as T[K] extends Output<unknown> ? K : never]: T[K] extends Output<
    infer V
  >
    ? V
    : never;
};
type Same<A, B> = [A, B] extends [B, A]
  ? [keyof A, keyof B] extends [keyof B, keyof A]
    ? true
    : never
  : never;

test("the classes have exactly the outputs of the tables: the compiler checks it", () => {
  const attachment: Same<InClass<sdk.DataDiskAttachment>, InTable<typeof schema.attachmentOutputs>> = true;
  const set: Same<InClass<sdk.DesktopDataDisks>, InTable<typeof schema.setOutputs>> = true;
  expect([attachment, set]).toEqual([true, true]);
});
