import { Secret } from "./secret";
import type { SettingName } from "./settings";
import type { Found, SettingsSource } from "./sources";

/** What proves who we are, as it was found; obtaining something usable with it is another step. */
export type Proof =
  | { kind: "token"; token: Secret }
  | { kind: "accessKey"; accessKey: string; secretKey: Secret; securityToken?: Secret }
  | { kind: "identityToken"; providerId: string; token: Secret | { file: string } }
  | { kind: "password"; userName: string; password: Secret; domain: Domain };

/** An account, by name or by id. */
export type Domain = { name: string } | { id: string };

/** An agency to assume with a proof. */
export interface Agency {
  name: string;
  domain: Domain;
  durationSeconds: number;
}

/** One way in that was found. */
export interface Way {
  proof: Proof;
  /** What it is and where it was found, for messages: never a value. */
  title: string;
  /** What else to look at when it is refused. */
  advice?: string;
}

/** A source has something of a way in, but not all of it or not well formed: what is wrong, in words. */
export class Half {
  constructor(readonly reason: string) {}
}

/** How one way in is read from one source. */
interface Reader {
  kind: Proof["kind"];
  /** The settings that belong together. */
  together: readonly SettingName[];
  read(source: SettingsSource): Way | Half | undefined;
}

/** In the order in which a source is searched: the first of which anything is set decides. */
export const readers: readonly Reader[] = [
  {
    kind: "token",
    together: ["token"],
    read(source) {
      const token = source.get("token");
      return (
        token &&
        (broken(token) ?? way("token", source, [token], { kind: "token", token: new Secret(token.value) }))
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
        return half(source, { accessKey, secretKey }, securityToken);
      }
      const wrong = broken(accessKey, secretKey, securityToken);
      if (wrong) return wrong;
      return way(
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
      if (!provider) return half(source, { identityProviderId: provider }, token ?? file);
      if (!token && !file) return half(source, { identityTokenFile: undefined }, provider);
      return way("identity token", source, [provider, token ?? file], {
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
        return half(source, { userName, password, domainName: domainName ?? domainId });
      }
      return way("user and password", source, [userName, password, domainName ?? domainId], {
        kind: "password",
        userName: userName.value,
        password: new Secret(password.value),
        domain,
      });
    },
  },
];

/** The agency that a source names, if any. */
export function readAgency(source: SettingsSource): Agency | Half | undefined {
  const name = source.get("agencyName");
  const [domainName, domainId] = [source.get("agencyDomainName"), source.get("agencyDomainId")];
  const domain = domainOf(domainName, domainId);
  if (!name || !domain) {
    return half(source, { agencyName: name, agencyDomainName: domainName ?? domainId });
  }
  const duration = source.get("agencyDuration");
  const durationSeconds = duration ? Number(duration.value) : 3600;
  if (!Number.isInteger(durationSeconds) || durationSeconds <= 0) {
    return new Half(`${duration?.name ?? ""} must be a whole number of seconds, such as 3600`);
  }
  return { name: name.value, domain, durationSeconds };
}

function domainOf(name: Found | undefined, id: Found | undefined): Domain | undefined {
  if (name) return { name: name.value };
  return id && { id: id.value };
}

function way(what: string, source: SettingsSource, found: readonly (Found | undefined)[], proof: Proof): Way {
  const names = found.flatMap((one) => one?.name.replace(` of ${source.title}`, "") ?? []);
  return { proof, title: `${what} (${names.join(", ")} from ${source.title})` };
}

/** Keys and tokens are printable ASCII: a line break comes from copying and would end the header that they go into. */
function broken(...found: (Found | undefined)[]): Half | undefined {
  const wrong = found.find((one) => one && !/^[\x21-\x7e]+$/.test(one.value));
  return (
    wrong &&
    new Half(`${wrong.name} holds a blank, a line break or another character that none of its kind has`)
  );
}

/** Names what is there and what is missing; nothing at all is no half. */
function half(
  source: SettingsSource,
  needed: Partial<Record<SettingName, Found | undefined>>,
  alsoThere?: Found,
): Half | undefined {
  const there = [...Object.values(needed), alsoThere].flatMap((one) => one?.name ?? []);
  if (there.length === 0) return undefined;
  const missing = (Object.keys(needed) as SettingName[])
    .filter((name) => !needed[name])
    .map((name) => source.nameOf(name));
  return new Half(`${there.join(" and ")} is set in ${source.title} without ${missing.join(" and ")}`);
}
