import { BadProfile, readProfile } from "./profile";
import { configSource, environmentSets, type SettingsSource, type Sources } from "./sources";
import { namesOf } from "./settings";
import { Half, readAgency, readers, type Agency, type Way } from "./ways";

/** Who we are, as the settings say. */
export interface Credentials {
  way: Way;
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
 * `destroy` the engine hands over the configuration of the last `up`, whose
 * credentials may have been replaced since), and the shared configuration file
 * comes last. A way in is taken whole from one source: a half is an error.
 */
export function findCredentials(sources: Sources, profileName?: string): Credentials | NoCredentials {
  const environment = (which: "own" | "sdk") => (together: Parameters<typeof environmentSets>[1]) => {
    const sets = environmentSets(sources.env, together);
    return which === "own" ? sets.own : [sets.sdk];
  };
  const config = configSource(sources);
  const steps = [
    { sets: environment("own") },
    { sets: environment("sdk") },
    { sets: () => [config], advice: configurationOfLastUp },
  ];

  for (const { sets, advice } of profileName ? [] : steps) {
    const way = firstOf(sets);
    if (way instanceof Half) return new NoCredentials(way.reason);
    if (way) {
      if (advice !== undefined) way.advice = advice;
      return withAgency(way, [...environment("own")(["agencyName"]), config]);
    }
  }

  const profile = readProfile(sources, profileName);
  if (profile instanceof BadProfile) return new NoCredentials(profile.reason);
  const way = profile && firstOf(() => [profile]);
  if (way instanceof Half) return new NoCredentials(way.reason);
  if (profile && way) {
    way.advice =
      "If the hcloud command line keeps its file encrypted, the keys in it cannot be read by others: " +
      "hcloud configure set --cli-auth-encrypt=false";
    const others = profileName ? [] : [...environment("own")(["agencyName"]), config];
    const found = withAgency(way, [...others, profile]);
    return found instanceof NoCredentials ? found : { ...found, profile };
  }
  return new NoCredentials(profile ? `${profile.title} has no access key` : nothingFound);
}

function firstOf(
  sets: (together: (typeof readers)[number]["together"]) => SettingsSource[],
): Way | Half | undefined {
  for (const reader of readers) {
    for (const source of sets(reader.together)) {
      const found = reader.read(source);
      if (found) return found;
    }
  }
  return undefined;
}

function withAgency(way: Way, sources: readonly SettingsSource[]): Credentials | NoCredentials {
  for (const source of sources) {
    const agency = readAgency(source);
    if (agency instanceof Half) return new NoCredentials(agency.reason);
    if (agency) {
      return { way: { ...way, title: `${way.title}, agency "${agency.name}"` }, agency };
    }
  }
  return { way };
}

const configurationOfLastUp =
  "refresh and destroy are handed the stack configuration as it was at the last up: " +
  "what has been replaced since counts there only from the environment, which always wins";

const nothingFound =
  `no credentials: set ${namesOf("accessKey")} and ${namesOf("secretKey")}, or ${namesOf("token")}, ` +
  `or ${namesOf("userName")}, ${namesOf("password")} and ${namesOf("domainName")}, ` +
  `or ${namesOf("identityProviderId")} and ${namesOf("identityTokenFile")}, or log in with the hcloud command line`;
