import { mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { installLanguageHost } from "../language-host/install";
import type { PulumiCli } from "./cli";

/**
 * Makes a backend and a Pulumi home in a folder that is thrown away later, and
 * gives the environment to run the CLI with: no questions, no calls home,
 * nothing kept anywhere else. Programs run on the CLI's own language host, or
 * on the one of this repository, with `node`, where the CLI has none.
 */
export function throwAwayEnvironment(
  cli: PulumiCli,
  folder: string,
  env: NodeJS.ProcessEnv = process.env,
  node = process.execPath,
): NodeJS.ProcessEnv {
  const home = join(folder, "home");
  const state = join(folder, "state");
  mkdirSync(home, { recursive: true });
  mkdirSync(state, { recursive: true });
  installLanguageHost(home, node);
  return {
    ...env,
    // The plugins that come with a CLI lie beside it.
    PATH: [cli.directory, env.PATH].filter((part) => part !== undefined).join(delimiter),
    PULUMI_BACKEND_URL: pathToFileURL(state).href,
    PULUMI_CONFIG_PASSPHRASE: "only for stacks that are thrown away",
    PULUMI_HOME: home,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
}
