import { homedir } from "node:os";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Problem } from "../errors";
import type { Environment, Host } from "../host";
import { configNamespace, type Setting, type SettingName, settings } from "./settings";

/** The world that settings come from, as parameters. */
export interface Sources {
  /** A value of the stack configuration by its key without the namespace, such as `region`. */
  config: (key: SettingName) => string | undefined;
  /** What `config` is, where it is not the stack configuration. */
  configTitle?: string | undefined;
  env: Environment;
  /** Where `~` points to. */
  homeDir: string;
  /** Reads a text file, now. Throws as `readFileSync` does. */
  readFile: (path: string) => string;
}

/** The settings as a host gives them. */
export function sourcesOf({ config, configTitle, env, homeDir, readFile }: Host): Sources {
  return {
    config: (key) => asText(config(`${configNamespace}:${key}`)),
    configTitle,
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

/** The stack configuration, or the inputs of a provider resource. */
export function configSource(sources: Sources): SettingsSource {
  const { configTitle } = sources;
  const nameOf = (name: SettingName) => (configTitle === undefined ? `${configNamespace}:${name}` : name);
  return {
    title: configTitle ?? "the stack configuration",
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

/** The names in the file of the `hcloud` command line, by setting. */
const fields: Partial<Record<SettingName, string>> = {
  accessKey: "accessKeyId",
  secretKey: "secretAccessKey",
  securityToken: "securityToken",
  region: "region",
  projectId: "projectId",
  agencyName: "agencyName",
  agencyDomainName: "agencyDomainName",
  agencyDomainId: "agencyDomainId",
};

/** A profile cannot be used; why, in words. */
export class BadProfile {
  constructor(readonly reason: string) {}
}

/**
 * A profile of the shared configuration file (`HW_SHARED_CONFIG_FILE`, else
 * `~/.hcloud/config.json`): the one named, else the one that settings name,
 * else the file's current one. Undefined where no profile was asked for and
 * there is no file, or none in it is current.
 */
export function readProfile(sources: Sources, named?: string): SettingsSource | BadProfile | undefined {
  const [environment, config] = [environmentSource(sources.env), configSource(sources)];
  const setting = (name: SettingName) => environment.get(name) ?? config.get(name);
  const file = setting("sharedConfigFile");
  const path = atHome(file?.value ?? "~/.hcloud/config.json", sources.homeDir);
  const chosen = named ? { value: named, name: "profile" } : setting("profile");
  const asked = chosen ? `${chosen.name} "${chosen.value}"` : file?.name;

  let text: string;
  try {
    text = sources.readFile(path);
  } catch (error) {
    if (!asked) return undefined;
    return new BadProfile(`${asked}: cannot read ${path} (${codeOf(error)})`);
  }
  const content = parse(text);
  if (!content)
    return new BadProfile(
      `${path} is not a configuration file of the hcloud command line (JSON with profiles)`,
    );
  const name = chosen?.value ?? content.current;
  if (name === undefined)
    return asked ? new BadProfile(`${asked}: ${path} names no current profile`) : undefined;
  const profile = content.profiles.find((one) => one.name === name);
  if (!profile) {
    const known = content.profiles.map((one) => String(one.name)).join(", ");
    return new BadProfile(`${path} has no profile "${name}"; it has ${known || "none"}`);
  }
  if (typeof profile.mode === "string" && profile.mode !== "AKSK" && !profile.accessKeyId) {
    return new BadProfile(
      `profile "${name}" of ${path} has the mode ${profile.mode}; only profiles with an access key (AKSK) can be used`,
    );
  }
  return profileSource(`profile "${name}" of ${path}`, profile);
}

function profileSource(title: string, profile: Readonly<Record<string, unknown>>): SettingsSource {
  return {
    title,
    nameOf: (name) => fields[name] ?? name,
    get(name) {
      const value = profile[fields[name] ?? ""];
      return typeof value === "string" && value.trim() !== ""
        ? { value: value.trim(), name: `${fields[name] ?? name} of ${title}` }
        : undefined;
    },
  };
}

/** Null where it is something else; the parser's own words would show the text. */
function parse(
  text: string,
): { current: string | undefined; profiles: Record<string, unknown>[] } | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return undefined;
  }
  if (!isRecord(json) || !Array.isArray(json.profiles)) return undefined;
  const current = typeof json.current === "string" && json.current !== "" ? json.current : undefined;
  return { current, profiles: json.profiles.filter(isRecord) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A path as people write it: `~` is the home directory. */
export function atHome(path: string, homeDir: string): string {
  return path === "~" || path.startsWith("~/") ? join(homeDir, path.slice(1)) : path;
}

/** The system's word for why a file cannot be read. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown error";
}

/** Settings about how calls are made. */
export interface Options {
  /** Accept any TLS certificate. */
  insecure: boolean;
  /** Certificates (PEM) to trust besides Node's own. */
  ca?: string;
  /** Enterprise project that new disks are billed to. */
  enterpriseProjectId?: string;
  /** How often a call that may be repeated is repeated. */
  maxRetries?: number;
  /** Calls a second to the API at most. */
  requestsPerSecond?: number;
  /** Whether a preview looks at the desktops of what it would add or change. */
  lookAtPreview: boolean;
  /** What is malformed; the rest is as if that had not been set. */
  problems: Problem[];
}

/**
 * Reads the settings about how calls are made. The environment wins over the
 * stack configuration, since they speak of this machine; for the enterprise
 * project, which is the stack's, it is the other way round.
 */
export function readOptions(sources: Sources): Options {
  const problems: Problem[] = [];
  const options: Options = { insecure: false, lookAtPreview: true, problems };
  const wrong = (found: Found, reason: string) => {
    problems.push({ property: "", reason: `${found.name} "${found.value}" ${reason}` });
  };

  for (const name of ["insecure", "allowHttp", "lookAtPreview"] as const) {
    const flag = readFlag(name, sources, name === "lookAtPreview");
    if (typeof flag === "object") wrong(flag, "must be true or false");
    else if (name !== "allowHttp") options[name] = flag;
  }

  const retries = setting("maxRetries", sources);
  if (retries && !/^\d{1,3}$/.test(retries.value)) wrong(retries, "must be a whole number, such as 5");
  else if (retries) options.maxRetries = Number(retries.value);

  const rate = setting("requestsPerSecond", sources);
  if (rate && !(Number(rate.value) > 0 && Number(rate.value) <= 1000)) {
    wrong(rate, "must be a number above 0 and up to 1000, such as 20");
  } else if (rate) options.requestsPerSecond = Number(rate.value);

  const enterpriseProject =
    configSource(sources).get("enterpriseProjectId") ??
    environmentSource(sources.env).get("enterpriseProjectId");
  if (enterpriseProject) options.enterpriseProjectId = enterpriseProject.value;

  const caFile = setting("caFile", sources);
  if (caFile) {
    try {
      const pem = sources.readFile(atHome(caFile.value, sources.homeDir));
      if (pem.includes("-----BEGIN CERTIFICATE-----")) options.ca = pem;
      else wrong(caFile, "holds no certificate in PEM form");
    } catch (error) {
      wrong(caFile, `cannot be read (${codeOf(error)})`);
    }
  }
  return options;
}

/** A yes or no; what was found where it is neither. */
export function readFlag(
  name: "insecure" | "allowHttp" | "lookAtPreview",
  sources: Sources,
  otherwise = false,
): boolean | Found {
  const found = setting(name, sources);
  if (!found) return otherwise;
  if (/^(0|false|no|off)$/i.test(found.value)) return false;
  return /^(1|true|yes|on)$/i.test(found.value) || found;
}

function setting(name: SettingName, sources: Sources): Found | undefined {
  return environmentSource(sources.env).get(name) ?? configSource(sources).get(name);
}
