import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import type { Environment, Host } from "../host";
import { settings, configNamespace, type Setting, type SettingName } from "./settings";

/** The world that settings come from, as parameters. */
export interface Sources {
  /** A value of the stack configuration by its key without the namespace, such as `region`. */
  config: (key: SettingName) => string | undefined;
  env: Environment;
  /** Where `~` points to. */
  homeDir: string;
  /** Reads a text file, now. Throws as `readFileSync` does. */
  readFile: (path: string) => string;
}

/** The settings as a host gives them. */
export function sourcesOf({ config, env, homeDir, readFile }: Host): Sources {
  return {
    config: (key) => asText(config(`${configNamespace}:${key}`)),
    env,
    homeDir: homeDir ?? homedir(),
    readFile: readFile ?? ((path) => readFileSync(path, "utf8")),
  };
}

function asText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A value and the name under which it was found. */
export interface Found {
  value: string;
  /** Such as `HW_REGION_NAME` or `huaweicloud-workspace:region`. */
  name: string;
}

/** Settings that belong together: credentials are never combined from two of these. */
export interface SettingsSource {
  /** For messages. */
  readonly title: string;
  get(name: SettingName): Found | undefined;
  /** What a setting is called in this source. */
  nameOf(name: SettingName): string;
}

/** The stack configuration. */
export function configSource(sources: Sources): SettingsSource {
  const nameOf = (name: SettingName) => `${configNamespace}:${name}`;
  return {
    title: "the stack configuration",
    nameOf,
    get: (name) => found(sources.config(name), nameOf(name), name),
  };
}

/** All environment variables; the first name of a setting that is set wins. */
export function environmentSource(env: Environment): SettingsSource {
  return environment(env, "the environment", () => true);
}

/**
 * The environment as it is searched for what belongs together, such as a key
 * and its secret: the `HW_…` names, with `OS_…` names for what is missing,
 * unless both speak of the same thing and differ: then they are two sets, and
 * nothing of one is put beside the other. The official SDK's names are always
 * a set of their own.
 */
export function environmentSets(
  env: Environment,
  together: readonly SettingName[],
): { own: SettingsSource[]; sdk: SettingsSource } {
  const named = (...prefixes: string[]) =>
    environment(env, "the environment", (variable) => prefixes.some((prefix) => variable.startsWith(prefix)));
  const [hw, os] = [named("HW_"), named("OS_")];
  const differ = together.some((name) => {
    const [ours, theirs] = [hw.get(name), os.get(name)];
    return ours && theirs && ours.value !== theirs.value;
  });
  return { own: differ ? [hw, os] : [named("HW_", "OS_")], sdk: named("HUAWEICLOUD_SDK_") };
}

function environment(env: Environment, title: string, takes: (variable: string) => boolean): SettingsSource {
  const variables = (name: SettingName) => (settings[name] as Setting).env.filter(takes);
  return {
    title,
    nameOf: (name) => variables(name)[0] ?? settings[name].env[0],
    get(name) {
      for (const variable of variables(name)) {
        const value = found(env[variable], variable, name);
        if (value) return value;
      }
      return undefined;
    },
  };
}

/** Blank is unset: CI systems set variables of secrets that are not there to nothing. Passwords may have blanks at the ends. */
function found(value: string | undefined, name: string, setting: SettingName): Found | undefined {
  const text = setting === "password" ? value : value?.trim();
  return text ? { value: text, name } : undefined;
}
