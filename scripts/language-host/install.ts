import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../repository";

const compiledHost = join(repositoryRoot, "build", "scripts", "language-host", "main.js");

/** Puts a text into single quotes for `sh`. */
export function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * Puts the language host into the plugin cache of a Pulumi home folder. The
 * CLI looks there last, after PATH and its own folder: the host that a
 * released CLI brings is never shadowed. `node` runs the host and its programs.
 */
export function installLanguageHost(pulumiHome: string, node = process.execPath, main = compiledHost): void {
  // Any version would do: no program asks for a certain one.
  const folder = join(pulumiHome, "plugins", "language-nodejs-v0.0.1");
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, "pulumi-language-nodejs"),
    `#!/bin/sh\nexec ${shellQuote(node)} ${shellQuote(main)} "$@"\n`,
    { mode: 0o755 },
  );
}
