import { join } from "node:path";

import type { SettingName } from "./settings";
import { environmentSource, configSource, type SettingsSource, type Sources } from "./sources";

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
