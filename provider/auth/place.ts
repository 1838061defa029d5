import { baseAddress, cloudOf, iamAddress, type Address } from "./endpoints";
import type { Problem } from "./errors";
import { namesOf, type SettingName } from "./settings";
import { configSource, environmentSource, type Found, type SettingsSource, type Sources } from "./sources";
import { readFlag } from "./options";

/**
 * Where a resource lives: from its inputs, or as it was recorded when it was
 * made. What is given here is used as it is; what is absent comes from
 * settings.
 */
export interface Place {
  /** Region. Default: the setting of that name. */
  region?: string;
  /** Project. Default: the setting of that name, else looked up by the region's name. */
  projectId?: string;
  /** Base URL of the Workspace API. Default: the setting of that name, else from the region. */
  endpoint?: string;
  /** Base URL of IAM, with or without `/v3`. Default: the setting of that name, else from the region. */
  iamEndpoint?: string;
  /** Profile of the shared configuration file; credentials, region and project then come from there. Default: the setting of that name. */
  profile?: string;
}

/** Where calls go, without a call having been made. */
export interface Resolved {
  region?: string;
  /** Undefined: known only after a look-up by `projectName`. */
  projectId?: string;
  projectName?: string;
  endpoint?: string;
  iamEndpoint?: string;
  /** False where only the Workspace API was given an address: its IAM is a guess. */
  iamIsKnown: boolean;
  problems: Problem[];
}

/**
 * What is in force for a place: the resource's own input, then the stack
 * configuration, then the environment, then the profile that the credentials
 * come from. A profile that the resource names comes before stack and
 * environment, whose project would be another account's.
 *
 * A project named beside a region belongs to that region: for a resource in
 * another region it is not taken, but looked up.
 */
export function resolve(place: Place, sources: Sources, profile?: SettingsSource): Resolved {
  const problems: Problem[] = [];
  const [config, environment] = [configSource(sources), environmentSource(sources.env)];
  const ofProfile = profile ? [profile] : [];
  const chain = place.profile ? [...ofProfile, config, environment] : [config, environment, ...ofProfile];

  const pick = (name: SettingName & keyof Place, from: readonly SettingsSource[]): Found | undefined =>
    place[name] ? { value: place[name].trim(), name } : firstFound(name, from);
  const complain = (found: Found, reason: string) => {
    const property = found.name in place ? found.name : "";
    problems.push({ property, reason: `${found.name} "${found.value}" ${reason}` });
  };
  const checked = (found: Found | undefined, pattern: RegExp, reason: string) => {
    if (found && !pattern.test(found.value)) complain(found, reason);
    return found?.value;
  };

  const region = checked(pick("region", chain), /^[a-z0-9-]+$/, "is no region; one looks like cn-north-4");
  if (!region)
    problems.push({ property: "region", reason: `no region: set the property, or ${namesOf("region")}` });

  const sameRegion = (place.profile ? ofProfile : chain).filter((source) => {
    const own = source.get("region");
    return !own || own.value === region;
  });
  const projectId = checked(
    pick("projectId", sameRegion),
    /^[\w-]{1,64}$/,
    "is no project id; one looks like 9565be6e740941c493b38a1f46ecae6f",
  );
  const projectName = firstFound("projectName", sameRegion)?.value ?? region;

  const cloud = checked(
    firstFound("cloud", [config, environment]),
    /^[a-z0-9.-]+$/i,
    "is no domain; one looks like myhuaweicloud.com",
  );
  const allowHttp = readFlag("allowHttp", sources) === true;
  const usual = (host: string) => region && `https://${host}.${region}.${cloud ?? cloudOf(region)}`;
  const address = (
    name: "endpoint" | "iamEndpoint",
    given: Found | undefined,
    read: (text: string, allowHttp: boolean) => Address,
  ) => {
    if (!given) return usual(name === "endpoint" ? "workspace" : "iam");
    const base = read(given.value, allowHttp);
    if ("url" in base) return base.url;
    complain({ ...given, value: withoutUser(given.value) }, base.wrong);
    return undefined;
  };
  const givenIam = pick("iamEndpoint", [config, environment]);
  const endpoint = address("endpoint", pick("endpoint", [config, environment]), baseAddress);
  const iamEndpoint = address("iamEndpoint", givenIam, iamAddress);

  return {
    ...(region && { region }),
    ...(projectId && { projectId }),
    ...(projectName && { projectName }),
    ...(endpoint && { endpoint }),
    ...(iamEndpoint && { iamEndpoint }),
    iamIsKnown: givenIam !== undefined || endpoint === usual("workspace"),
    problems,
  };
}

function firstFound(name: SettingName, sources: readonly SettingsSource[]): Found | undefined {
  for (const source of sources) {
    const found = source.get(name);
    if (found) return found;
  }
  return undefined;
}

/** An address may have been given with a password in it. */
function withoutUser(address: string): string {
  return address.replace(/[^/]*@/, "…@");
}
