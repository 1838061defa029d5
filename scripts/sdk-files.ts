/** Where the packages of the plugin are, for what makes them and for the tests. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pulumiSchema } from "../provider/plugin/schema";
import { repositoryRoot } from "./repository";

/** The folder of all of them. */
export const sdks = join(repositoryRoot, "build", "sdks");
/** The languages that Pulumi has generators for. */
export const languages = ["nodejs", "python", "go", "java", "dotnet"] as const;
export type Language = (typeof languages)[number];

/** The schema that they are made from. */
export const schemaFile = join(sdks, "schema.json");
/** The folder of one, as its generator wrote it. */
export const sdkFolder = (language: Language): string => join(sdks, language);
/** The Node package as it is published. */
export const nodePackage = join(sdkFolder("nodejs"), "bin");
/** A Python with the SDK, its dependencies and mypy; kept between runs. */
export const python = join(sdks, "venv", process.platform === "win32" ? "Scripts/python.exe" : "bin/python");

/** The schema of this version, as it is written to `schemaFile`. */
export function schemaText(): string {
  const manifest = readFileSync(join(repositoryRoot, "package.json"), "utf8");
  return JSON.stringify(pulumiSchema((JSON.parse(manifest) as { version: string }).version), null, 2);
}
