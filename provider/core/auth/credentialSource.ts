import {
  BadProfile,
  configSource,
  environmentSets,
  type Found,
  readProfile,
  type SettingsSource,
  type Sources,
} from "./sources";
import { Secret } from "./grant";
import { namesOf, type SettingName } from "./settings";

/** Credentials as they were found; obtaining something that calls can be made with is another step. */
export type CredentialSource =
  | { kind: "token"; token: Secret }
  | { kind: "accessKey"; accessKey: string; secretKey: Secret; securityToken?: Secret }
  | { kind: "identityToken"; providerId: string; token: Secret | { file: string } }
  | { kind: "password"; userName: string; password: Secret; domain: Domain };

/** An account, by name or by id. */
export type Domain = { name: string } | { id: string };

/** An agency to assume with the credentials that were found. */
export interface Agency {
  name: string;
  domain: Domain;
  durationSeconds: number;
}

/** One way to sign in that was found. */
export interface AuthMethod {
  source: CredentialSource;
  /** What it is and where it was found, for messages: never a value. */
  title: string;
  /** What else to check when it is refused. */
  advice?: string;
}

/** A source has some of the settings of a method, but not all, or malformed ones: what is wrong, in words. */
export class IncompleteCredentials {
  constructor(readonly reason: string) {}
}

/** How the settings say to sign in. */
export interface FoundCredentials {
  method: AuthMethod;
  agency?: Agency;
  /** The profile that the credentials come from: its region and project then count too. */
  profile?: SettingsSource;
}

/** There are no credentials; why, in words. */
export class NoCredentials {
  constructor(readonly reason: string) {}
}

/**
 * Finds credentials, without a call. A profile that a resource names wins over
 * everything; else the environment wins over the stack configuration (at
 * `destroy` the engine passes the configuration of the last `up`, whose
 * credentials may have been replaced since), and the shared configuration file
 * comes last. A method is taken whole from one source: a part of one is an error.
 */
export function findCredentials(sources: Sources, profileName?: string): FoundCredentials | NoCredentials {
  const environment = (which: "own" | "sdk") => (together: Parameters<typeof environmentSets>[1]) => {
    const sets = environmentSets(sources.env, together);
    return which === "own" ? sets.own : [sets.sdk];
  };
  const config = configSource(sources);
  const steps = [
    { sets: environment("own") },
    { sets: environment("sdk") },
    {
      sets: () => [config],
      advice: sources.configTitle === undefined ? CONFIGURATION_OF_LAST_UP : INPUTS_OF_LAST_UP,
    },
  ];

  for (const { sets, advice } of profileName ? [] : steps) {
    const method = firstOf(sets);
    if (method instanceof IncompleteCredentials) return new NoCredentials(method.reason);
    if (method) {
      if (advice !== undefined) method.advice = advice;
      return withAgency(method, [...environment("own")(["agencyName"]), config]);
    }
  }

  const profile = readProfile(sources, profileName);
  if (profile instanceof BadProfile) return new NoCredentials(profile.reason);
  const method = profile && firstOf(() => [profile]);
  if (method instanceof IncompleteCredentials) return new NoCredentials(method.reason);
  if (profile && method) {
    method.advice =
      "If the hcloud command line keeps its file encrypted, the keys in it cannot be read by other programs: " +
      "hcloud configure set --cli-auth-encrypt=false";
    const others = profileName ? [] : [...environment("own")(["agencyName"]), config];
    const found = withAgency(method, [...others, profile]);
    return found instanceof NoCredentials ? found : { ...found, profile };
  }
  return new NoCredentials(profile ? `${profile.title} has no access key` : NOTHING_FOUND);
}

function firstOf(
  sets: (together: (typeof readers)[number]["together"]) => SettingsSource[],
): AuthMethod | IncompleteCredentials | undefined {
  for (const reader of readers) {
    for (const source of sets(reader.together)) {
      const found = reader.read(source);
      if (found) return found;
    }
  }
  return undefined;
}

function withAgency(
  method: AuthMethod,
  sources: readonly SettingsSource[],
): FoundCredentials | NoCredentials {
  for (const source of sources) {
    const agency = readAgency(source);
    if (agency instanceof IncompleteCredentials) return new NoCredentials(agency.reason);
    if (agency) {
      return { method: { ...method, title: `${method.title}, agency "${agency.name}"` }, agency };
    }
  }
  return { method };
}

const CONFIGURATION_OF_LAST_UP =
  "refresh and destroy use the stack configuration of the last up: " +
  "credentials that were replaced since then count there only from the environment, which always wins";

const INPUTS_OF_LAST_UP =
  "refresh and destroy use the inputs that the provider had in the last up: " +
  'where credentials were replaced since then, run "pulumi up" with the new ones first';

const NOTHING_FOUND = [
  "no credentials. Set one of these (docs/credentials.md explains each):",
  `- access key: ${namesOf("accessKey")}, and ${namesOf("secretKey")}`,
  `- token: ${namesOf("token")}`,
  `- user and password: ${namesOf("userName")}, ${namesOf("password")}, and ${namesOf("domainName")}`,
  `- identity token of a CI system: ${namesOf("identityProviderId")}, and ${namesOf("identityTokenFile")}`,
  "- or sign in with the hcloud command line (hcloud configure set)",
].join("\n");

/** How one method is read from one source. */
interface Reader {
  kind: CredentialSource["kind"];
  /** The settings that belong together. */
  together: readonly SettingName[];
  read(source: SettingsSource): AuthMethod | IncompleteCredentials | undefined;
}

/** In the order in which a source is searched: the first of which anything is set decides. */
const readers: readonly Reader[] = [
  {
    kind: "token",
    together: ["token"],
    read(source) {
      const token = source.get("token");
      return (
        token &&
        (malformed(token) ??
          methodOf("token", source, [token], { kind: "token", token: new Secret(token.value) }))
      );
    },
  },
  {
    kind: "accessKey",
    together: ["accessKey", "secretKey", "securityToken"],
    read(source) {
      const [accessKey, secretKey] = [source.get("accessKey"), source.get("secretKey")];
      const securityToken = source.get("securityToken");
      if (!accessKey || !secretKey) {
        return incomplete(source, { accessKey, secretKey }, securityToken);
      }
      const wrong = malformed(accessKey, secretKey, securityToken);
      if (wrong) return wrong;
      return methodOf(
        securityToken ? "temporary access key" : "access key",
        source,
        [accessKey, secretKey, securityToken],
        {
          kind: "accessKey",
          accessKey: accessKey.value,
          secretKey: new Secret(secretKey.value),
          ...(securityToken && { securityToken: new Secret(securityToken.value) }),
        },
      );
    },
  },
  {
    kind: "identityToken",
    together: ["identityProviderId", "identityToken", "identityTokenFile"],
    read(source) {
      const provider = source.get("identityProviderId");
      const token = source.get("identityToken");
      const file = source.get("identityTokenFile");
      if (!provider) return incomplete(source, { identityProviderId: provider }, token ?? file);
      if (!token && !file) return incomplete(source, { identityTokenFile: undefined }, provider);
      return methodOf("identity token", source, [provider, token ?? file], {
        kind: "identityToken",
        providerId: provider.value,
        token: token ? new Secret(token.value) : { file: file?.value ?? "" },
      });
    },
  },
  {
    kind: "password",
    together: ["userName", "password", "domainName", "domainId"],
    read(source) {
      const [userName, password] = [source.get("userName"), source.get("password")];
      if (!userName && !password) return undefined;
      const [domainName, domainId] = [source.get("domainName"), source.get("domainId")];
      const domain = domainOf(domainName, domainId);
      if (!userName || !password || !domain) {
        return incomplete(source, { userName, password, domainName: domainName ?? domainId });
      }
      return methodOf("user and password", source, [userName, password, domainName ?? domainId], {
        kind: "password",
        userName: userName.value,
        password: new Secret(password.value),
        domain,
      });
    },
  },
];

/** The agency that a source names, if any. */
function readAgency(source: SettingsSource): Agency | IncompleteCredentials | undefined {
  const name = source.get("agencyName");
  const [domainName, domainId] = [source.get("agencyDomainName"), source.get("agencyDomainId")];
  const domain = domainOf(domainName, domainId);
  if (!name || !domain) {
    return incomplete(source, { agencyName: name, agencyDomainName: domainName ?? domainId });
  }
  const duration = source.get("agencyDuration");
  const durationSeconds = duration ? Number(duration.value) : 3600;
  if (!Number.isInteger(durationSeconds) || durationSeconds <= 0) {
    return new IncompleteCredentials(
      `${duration?.name ?? ""} must be a whole number of seconds, such as 3600`,
    );
  }
  return { name: name.value, domain, durationSeconds };
}

function domainOf(name: Found | undefined, id: Found | undefined): Domain | undefined {
  if (name) return { name: name.value };
  return id && { id: id.value };
}

function methodOf(
  what: string,
  from: SettingsSource,
  found: readonly (Found | undefined)[],
  source: CredentialSource,
): AuthMethod {
  const names = found.flatMap((one) => one?.name.replace(` of ${from.title}`, "") ?? []);
  return { source, title: `${what} (${names.join(", ")} from ${from.title})` };
}

/** Keys and tokens are printable ASCII: a line break comes from copying and would end the header that they go into. */
function malformed(...found: (Found | undefined)[]): IncompleteCredentials | undefined {
  const wrong = found.find((one) => one && !/^[\x21-\x7e]+$/.test(one.value));
  return (
    wrong &&
    new IncompleteCredentials(
      `${wrong.name} contains a blank, a line break or another character that no credential of this kind has`,
    )
  );
}

/** Names what is set and what is missing; nothing at all is not incomplete. */
function incomplete(
  source: SettingsSource,
  needed: Partial<Record<SettingName, Found | undefined>>,
  alsoSet?: Found,
): IncompleteCredentials | undefined {
  const set = [...Object.values(needed), alsoSet].flatMap((one) => one?.name ?? []);
  if (set.length === 0) return undefined;
  const missing = (Object.keys(needed) as SettingName[])
    .filter((name) => !needed[name])
    .map((name) => source.nameOf(name));
  const are = (names: readonly string[]) => `${names.join(" and ")} ${names.length === 1 ? "is" : "are"}`;
  return new IncompleteCredentials(
    `credentials are incomplete: ${are(set)} set in ${source.title}, ${are(missing)} missing; ` +
      `set ${missing.length === 1 ? "it" : "them"} there as well`,
  );
}
