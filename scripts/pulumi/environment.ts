import { mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { repositoryRoot } from "../repository";
import type { PulumiCli } from "./cli";

/** Variables that would let a developer's own account, stack or proxy in, and those that change what is written. */
const foreign = /^(?:HW_|HUAWEICLOUD_|OS_|PULUMI_|FORCE_COLOR$|CI$|(?:https?|all|no)_proxy$)/i;

/** The environment of this process without credentials, settings of Pulumi and proxies. */
export function bareEnvironment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !foreign.test(name)));
}

const languageHost = join(repositoryRoot, "build", "scripts", "language-host", "main.js");

/**
 * Makes a backend and a Pulumi home in a temporary folder, and gives the environment to run the CLI with: no questions,
 * no calls home, nothing kept elsewhere. Where the CLI has no language host, `node` runs the one here.
 */
export function throwAwayEnvironment(
  cli: PulumiCli,
  folder: string,
  env: NodeJS.ProcessEnv = process.env,
  node = process.execPath,
): NodeJS.ProcessEnv {
  const [home, state] = [join(folder, "home"), join(folder, "state")];
  // The CLI looks in the plugin cache of its home last.
  const plugin = join(home, "plugins", "language-nodejs-v0.0.1");
  for (const path of [plugin, state]) mkdirSync(path, { recursive: true });
  const quoted = [node, languageHost].map((path) => `'${path.replaceAll("'", `'\\''`)}'`).join(" ");
  writeFileSync(join(plugin, "pulumi-language-nodejs"), `#!/bin/sh\nexec ${quoted} "$@"\n`, { mode: 0o755 });
  return {
    ...env,
    PATH: [cli.directory, env.PATH].filter((part) => part !== undefined).join(delimiter),
    PULUMI_BACKEND_URL: pathToFileURL(state).href,
    PULUMI_CONFIG_PASSPHRASE: "only for temporary stacks",
    PULUMI_HOME: home,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
}
