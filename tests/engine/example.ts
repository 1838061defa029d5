/** The folders below `examples/`, run as they are. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../../scripts/repository";
import { openCloud } from "./cloud";
import type { Cloud, CloudOptions } from "./cloud";

const examples = join(repositoryRoot, "examples");

/** The names of all examples. */
export function exampleNames(): string[] {
  return readdirSync(examples);
}

/** The folder of an example. */
export function exampleFolder(name: string): string {
  return join(examples, name);
}

/** Opens an example as a stack beside a cloud of its own. Its types are checked with the whole repository's, not in each run. */
export function openExample(name: string, options: Omit<CloudOptions, "project"> = {}): Promise<Cloud> {
  const env = { PULUMI_NODEJS_TRANSPILE_ONLY: "true", ...options.env };
  return openCloud({ ...options, env, project: { directory: exampleFolder(name) } });
}
