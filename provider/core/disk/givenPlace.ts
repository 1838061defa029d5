import { resolve } from "../auth/place";
import type { SettingName } from "../auth/settings";
import type { Problem } from "../errors";
import type { Environment } from "../host";

/**
 * What is malformed of region, project and addresses among the given settings,
 * by the rules that hold for every disk. What is absent is no problem here: it
 * may come from elsewhere. Shows no password.
 */
export function malformedPlace(
  config: (name: SettingName) => string | undefined,
  names: readonly string[],
  env: Environment,
): Problem[] {
  const sources = {
    config,
    configTitle: "the provider's inputs",
    env,
    homeDir: "",
    // No file is read: a profile is no given setting.
    readFile: () => "",
  };
  const { problems } = resolve({}, sources);
  return problems.filter(({ reason }) => names.some((name) => reason.startsWith(`${name} "`)));
}
