import {
  configNamespace,
  type Setting,
  type SettingName,
  settings,
  unknownSettings,
  unknownVariables,
} from "../core/auth/settings";
import type { ErrorCode } from "../core/errorCodes";
import { type Problem, sentence } from "../core/errors";
import { malformedPlace } from "../core/disk/givenPlace";
import { type Environment, isKnown, type Properties } from "../core/host";
import { asSecret } from "./values";

/** Inputs of a provider resource that belong to the engine. */
const NOT_OF_THE_PROVIDER: readonly string[] = [
  "version",
  "pluginDownloadURL",
  "pluginChecksums",
  "parameterization",
  "__internal",
];

/** The settings that decide which account is used. They belong together: an instance with one of them has its own account. */
const ACCOUNT: readonly SettingName[] = [
  "accessKey",
  "secretKey",
  "securityToken",
  "token",
  "userName",
  "password",
  "domainName",
  "domainId",
  "identityProviderId",
  "identityToken",
  "identityTokenFile",
  "agencyName",
  "agencyDomainName",
  "agencyDomainId",
  "agencyDuration",
  "profile",
  "sharedConfigFile",
];

/** Settings in the environment that do not apply to an instance with its own account. */
const OF_THE_ACCOUNT: readonly SettingName[] = [...ACCOUNT, "projectId", "projectName"];

/** Settings whose environment variables the core reads before the configuration. */
const OF_THE_MACHINE: readonly SettingName[] = [
  "maxRetries",
  "requestsPerSecond",
  "caFile",
  "insecure",
  "allowHttp",
  "lookAtPreview",
];

/** The configuration of one provider instance. */
export interface Configuration {
  /** A value by its full key, such as `huaweicloud-workspace:region`. */
  readonly config: (key: string) => unknown;
  /** The environment, without the variables that the configuration replaces. */
  readonly env: Environment;
}

/** The given settings of a provider instance, without what the engine adds. */
export function givenSettings(args: Properties): Properties {
  const own = Object.entries(args).filter(([key]) => !NOT_OF_THE_PROVIDER.includes(key));
  return Object.fromEntries(own);
}

/** Marks the secrets of a configuration: programs in YAML do not mark them. */
export function markSecrets(args: Properties): Properties {
  const isSecret = (key: string) =>
    Object.hasOwn(settings, key) && (settings[key as SettingName] as Setting).secret === true;
  const marked = Object.entries(args).map(
    ([key, value]) => [key, isSecret(key) ? asSecret(value) : value] as const,
  );
  return Object.fromEntries(marked);
}

/**
 * The problems of a provider's configuration: unknown settings and environment
 * variables, with the nearest known name, and invalid places. The engine stores
 * a configuration that passes in state.
 */
export function checkConfiguration(args: Properties, env: Environment, isDefault = true): Problem[] {
  const unknown = [...unknownSettings(Object.keys(givenSettings(args))), ...unknownVariables(env)];
  const coded = (problems: readonly Problem[], code: ErrorCode) =>
    // Without a property: the engine would show its value first, which may be a secret under a misspelled name.
    problems.map(({ reason }) => ({ property: "", reason: `${sentence(reason)} [${code}]` }));
  return [...coded(unknown, "HWD1110"), ...coded(wrongPlaces(args, env, isDefault), "HWD1201")];
}

/** Given values that the core would refuse for every disk. Absent ones may come from elsewhere. */
function wrongPlaces(args: Properties, env: Environment, isDefault: boolean): Problem[] {
  const effective = configurationOf(args, isDefault, env);
  const config = (name: SettingName) => {
    const value = effective.config(`${configNamespace}:${name}`);
    return value === undefined ? undefined : textOf(value);
  };
  return malformedPlace(config, Object.keys(givenSettings(args)), effective.env);
}

/**
 * The settings that differ. None of them replaces the provider: the engine also
 * asks after a new version of the plugin, and would then replace every disk.
 */
export function changedSettings(olds: Properties, news: Properties): string[] {
  const [before, now] = [givenSettings(olds), givenSettings(news)];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  return keys.filter((key) => textOf(before[key]) !== textOf(now[key])).sort();
}

/**
 * The effective configuration of one instance. For the default provider, the
 * order is that of the dynamic front. An explicit provider's own settings have
 * priority over the environment. If it has its own account, no part of the
 * environment's account applies.
 */
export function configurationOf(args: Properties, isDefault: boolean, env: Environment): Configuration {
  const given = givenSettings(args);
  const config = (key: string) => {
    const [namespace, name] = key.split(":");
    const value = namespace === configNamespace ? given[name ?? ""] : undefined;
    return isKnown(value) ? value : undefined;
  };
  if (isDefault) return { config, env };
  const names = (name: SettingName) => isGivenText(given[name]);
  const replaced = [...OF_THE_MACHINE.filter(names), ...(ACCOUNT.some(names) ? OF_THE_ACCOUNT : [])];
  const hidden = new Set(replaced.flatMap((name) => (settings[name] as Setting).env));
  return { config, env: Object.fromEntries(Object.entries(env).filter(([name]) => !hidden.has(name))) };
}

function isGivenText(value: unknown): boolean {
  return isKnown(value) && value !== "";
}

function textOf(value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
