import type { Problem } from "../errors";
import {
  configSource,
  environmentSource,
  type Found,
  readFlag,
  type SettingsSource,
  type Sources,
} from "./sources";
import { namesOf, type SettingName } from "./settings";

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
  /** What set region and project, such as `HW_REGION_NAME`; absent where it is the resource's own input. */
  setBy: { region?: string; projectId?: string };
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

  const foundRegion = pick("region", chain);
  const region = checked(foundRegion, /^[a-z0-9-]+$/, "is not a region; a region looks like cn-north-4");
  if (!region)
    problems.push({ property: "region", reason: `is missing: set the property, or ${namesOf("region")}` });

  const sameRegion = (place.profile ? ofProfile : chain).filter((source) => {
    const own = source.get("region");
    return !own || own.value === region;
  });
  const foundProject = pick("projectId", sameRegion);
  const projectId = checked(
    foundProject,
    /^[\w-]{1,64}$/,
    "is not a project id; a project id looks like 9565be6e740941c493b38a1f46ecae6f",
  );
  const projectName = firstFound("projectName", sameRegion)?.value ?? region;

  const cloud = checked(
    firstFound("cloud", [config, environment]),
    /^[a-z0-9.-]+$/i,
    "is not a domain; a domain looks like myhuaweicloud.com",
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

  const setBy = (found: Found | undefined) => (found && !(found.name in place) ? found.name : undefined);
  const [regionSetBy, projectSetBy] = [setBy(foundRegion), setBy(foundProject)];
  return {
    setBy: {
      ...(regionSetBy !== undefined && { region: regionSetBy }),
      ...(projectSetBy !== undefined && { projectId: projectSetBy }),
    },
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
  // To the last one: a password may hold slashes and more of these signs.
  return address.replace(/^([a-z]+:\/\/)?.*@/is, "$1…@");
}

/** A base address or what is wrong with it. */
type Address = { url: string } | { wrong: string };

/** The cloud's own domain: the European cloud (`eu-west-101`, …) has another one. */
export function cloudOf(region: string): string {
  return region.startsWith("eu-west-1") ? "myhuaweicloud.eu" : "myhuaweicloud.com";
}

/**
 * A base address as settings give it: without a slash at the end. Plain http
 * goes to this machine only, unless allowed.
 */
export function baseAddress(text: string, allowHttp: boolean): Address {
  const url = parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) {
    const isHost = /^[a-z0-9-]+((\.[a-z0-9-]+)+(:\d+)?|:\d+)(\/[^?#\s]*)?$/i.test(text);
    return { wrong: `is not an https:// address${isHost ? `; write "https://${text}"` : ""}` };
  }
  if (url.username || url.password) return { wrong: "must not contain a user or password" };
  if (url.search || url.hash) return { wrong: "must not contain a query or fragment" };
  if (url.protocol === "http:" && !allowHttp && !isLoopback(url.hostname)) {
    return {
      wrong:
        "is plain http to another machine, which would show the credentials to others on the network path; use https " +
        "(HW_WORKSPACE_ALLOW_HTTP=true allows it)",
    };
  }
  return { url: url.origin + url.pathname.replace(/\/+$/, "") };
}

/** The base address of IAM: people set it with and without the version. */
function iamAddress(text: string, allowHttp: boolean): Address {
  return baseAddress(text.replace(/\/v3(\.0)?\/*$/, ""), allowHttp);
}

function parse(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
}
