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

/** What the engine keeps beside the configuration of a provider. */
const NOT_OF_THE_PROVIDER: readonly string[] = [
  "version",
  "pluginDownloadURL",
  "pluginChecksums",
  "parameterization",
  "__internal",
];

/** The settings that decide who calls. They belong together: an instance that names one of them names its account. */
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

/** What belongs to the environment's account, and not to the one that an instance names. */
const OF_THE_ACCOUNT: readonly SettingName[] = [...ACCOUNT, "projectId", "projectName"];

/** Settings whose environment variables the core reads before the configuration. */
const OF_THE_MACHINE: readonly SettingName[] = [
  "maxRetries",
  "requestsPerSecond",
  "caFile",
  "insecure",
  "allowHttp",
];

/** The configuration of one provider instance. */
export interface Configuration {
  /** A value by its full key, such as `huaweicloud-workspace:region`. */
  readonly config: (key: string) => unknown;
  /** The environment as far as it counts beside the configuration. */
  readonly env: Environment;
}

/** The given settings of a provider instance, without what the engine adds. */
export function givenSettings(args: Properties): Properties {
  const own = Object.entries(args).filter(([key]) => !NOT_OF_THE_PROVIDER.includes(key));
  return Object.fromEntries(own);
}

/** The configuration with its secrets marked: programs in YAML do not mark them. */
export function markSecrets(args: Properties): Properties {
  const isSecret = (key: string) =>
    Object.hasOwn(settings, key) && (settings[key as SettingName] as Setting).secret === true;
  const marked = Object.entries(args).map(
    ([key, value]) => [key, isSecret(key) ? asSecret(value) : value] as const,
  );
  return Object.fromEntries(marked);
}

/**
 * What is wrong with the configuration of an instance: keys and variables that
 * are no settings, with the one that is meant, and places that are none. The
 * engine keeps what passes in state.
 */
export function checkConfiguration(args: Properties, env: Environment, isDefault = true): Problem[] {
  const unknown = [...unknownSettings(Object.keys(givenSettings(args))), ...unknownVariables(env)];
  const coded = (problems: readonly Problem[], code: ErrorCode) =>
    // Without a property: the engine would show its value first, which may be a secret under a misspelled name.
    problems.map(({ reason }) => ({ property: "", reason: `${sentence(reason)} [${code}]` }));
  return [...coded(unknown, "HWD1110"), ...coded(wrongPlaces(args, env, isDefault), "HWD1201")];
}

/** Given values that the core would refuse for every disk, by its own rules. What is absent may come from elsewhere. */
function wrongPlaces(args: Properties, env: Environment, isDefault: boolean): Problem[] {
  const effective = configurationOf(args, isDefault, env);
  const config = (name: SettingName) => {
    const value = effective.config(`${configNamespace}:${name}`);
    return value === undefined ? undefined : textOf(value);
  };
  return malformedPlace(config, Object.keys(givenSettings(args)), effective.env);
}

/**
 * Which settings differ. Never which replace the instance: the engine asks this
 * too when a default provider changes its version, and would replace every disk.
 */
export function changedSettings(olds: Properties, news: Properties): string[] {
  const [before, now] = [givenSettings(olds), givenSettings(news)];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  return keys.filter((key) => textOf(before[key]) !== textOf(now[key])).sort();
}

/**
 * What one instance runs with. For the default provider the order is that of
 * the dynamic front. What an explicit instance names comes before the
 * environment, and with an account of its own, nothing of the environment's
 * account counts: two instances are two accounts.
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
