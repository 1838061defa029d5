import type { Problem } from "../errors";
import type { Environment } from "../host";
import { nearestName } from "../schema";

/** One setting: where it is read from and what it means. */
export interface Setting {
  /** Environment variables, the first that is set wins. */
  env: readonly string[];
  /** What the Pulumi schema says of it. Default: a text. From the environment, all are texts. */
  type?: "count" | "number" | "flag";
  /** Never shown; set with `pulumi config set --secret`. */
  secret?: true;
  /** One line for the documentation. */
  meaning: string;
}

/**
 * Every setting, by its key in the stack configuration
 * (`huaweicloud-workspace:<key>`). The documentation is made from this table.
 */
export const settings = {
  region: {
    env: ["HW_REGION_NAME", "OS_REGION_NAME"],
    meaning: "Region, such as `cn-north-4`.",
  },
  projectId: {
    env: ["HW_PROJECT_ID", "OS_PROJECT_ID", "HUAWEICLOUD_SDK_PROJECT_ID"],
    meaning: "Id of the project in that region. Default: looked up in IAM by name.",
  },
  projectName: {
    env: ["HW_PROJECT_NAME", "OS_PROJECT_NAME"],
    meaning: "Name of the project, if no id is set. Default: the region's name.",
  },
  endpoint: {
    env: ["HW_WORKSPACE_ENDPOINT"],
    meaning: "Base address of the Workspace API. Default: `https://workspace.{region}.{cloud}`.",
  },
  iamEndpoint: {
    env: ["HW_AUTH_URL", "OS_AUTH_URL"],
    meaning: "Base address of IAM, with or without `/v3`. Default: `https://iam.{region}.{cloud}`.",
  },
  cloud: {
    env: ["HW_CLOUD"],
    meaning:
      "Domain of the cloud. Default: `myhuaweicloud.com`, for regions `eu-west-1…` `myhuaweicloud.eu`.",
  },
  accessKey: {
    env: ["HW_ACCESS_KEY", "OS_ACCESS_KEY", "HUAWEICLOUD_SDK_AK"],
    secret: true,
    meaning: "Access key id.",
  },
  secretKey: {
    env: ["HW_SECRET_KEY", "OS_SECRET_KEY", "HUAWEICLOUD_SDK_SK"],
    secret: true,
    meaning: "Secret access key.",
  },
  securityToken: {
    env: ["HW_SECURITY_TOKEN", "OS_SECURITY_TOKEN", "HUAWEICLOUD_SDK_SECURITY_TOKEN"],
    secret: true,
    meaning: "Security token of a temporary access key.",
  },
  token: {
    env: ["HW_AUTH_TOKEN", "OS_AUTH_TOKEN"],
    secret: true,
    meaning: "IAM token, scoped to the project. Cannot be renewed.",
  },
  userName: {
    env: ["HW_USER_NAME", "OS_USERNAME"],
    meaning: "Name of an IAM user.",
  },
  password: {
    env: ["HW_USER_PASSWORD", "OS_PASSWORD"],
    secret: true,
    meaning: "Password of that user.",
  },
  domainName: {
    env: ["HW_DOMAIN_NAME", "OS_DOMAIN_NAME"],
    meaning: "Name of the account of the user.",
  },
  domainId: {
    env: ["HW_DOMAIN_ID", "OS_DOMAIN_ID", "HUAWEICLOUD_SDK_DOMAIN_ID"],
    meaning: "Id of that account; one of name and id is enough.",
  },
  identityProviderId: {
    env: ["HW_ASSUME_ROLE_IDP_ID", "HUAWEICLOUD_SDK_IDP_ID"],
    meaning: "Id of the identity provider in IAM for the identity tokens of a CI system.",
  },
  identityToken: {
    env: ["HW_ASSUME_ROLE_ID_TOKEN"],
    secret: true,
    meaning: "Identity token of the CI system.",
  },
  identityTokenFile: {
    env: ["HW_ASSUME_ROLE_ID_TOKEN_FILE", "HUAWEICLOUD_SDK_ID_TOKEN_FILE"],
    meaning: "File with the identity token; read again at every renewal.",
  },
  agencyName: {
    env: ["HW_ASSUME_ROLE_AGENCY_NAME"],
    meaning: "Agency to assume with the credentials.",
  },
  agencyDomainName: {
    env: ["HW_ASSUME_ROLE_DOMAIN_NAME"],
    meaning: "Name of the account of the agency.",
  },
  agencyDomainId: {
    env: ["HW_ASSUME_ROLE_DOMAIN_ID"],
    meaning: "Id of that account; one of name and id is enough.",
  },
  agencyDuration: {
    env: ["HW_ASSUME_ROLE_DURATION"],
    type: "count",
    meaning: "Lifetime of temporary keys, in seconds. Default: 3600. They are renewed automatically.",
  },
  profile: {
    env: ["HW_PROFILE"],
    meaning: "Profile of the shared configuration file. Default: its current one.",
  },
  sharedConfigFile: {
    env: ["HW_SHARED_CONFIG_FILE"],
    meaning: "Configuration file of the `hcloud` command line. Default: `~/.hcloud/config.json`.",
  },
  enterpriseProjectId: {
    env: ["HW_ENTERPRISE_PROJECT_ID"],
    meaning: "Enterprise project that new disks are billed to.",
  },
  maxRetries: {
    env: ["HW_MAX_RETRIES"],
    type: "count",
    meaning:
      "Maximum number of times that a failed read is repeated. Default: until the deadline of the operation.",
  },
  requestsPerSecond: {
    env: ["HW_WORKSPACE_REQUESTS_PER_SECOND"],
    type: "number",
    meaning:
      "Maximum number of API calls a second, for the whole run. Default: 20. A run begins with fewer, and adapts to refusals (429).",
  },
  lookAtPreview: {
    env: ["HW_WORKSPACE_LOOK_AT_PREVIEW"],
    type: "flag",
    meaning:
      "`false`: a preview makes no call. Default: `true`: a preview that would add or change a disk looks at its desktop, and refuses what cannot succeed.",
  },
  caFile: {
    env: ["HW_CACERT", "OS_CACERT"],
    meaning: "File (PEM) with certificates to trust, in addition to those that Node trusts.",
  },
  insecure: {
    env: ["HW_INSECURE", "OS_INSECURE"],
    type: "flag",
    meaning: "`true`: accept any TLS certificate. For tests only.",
  },
  allowHttp: {
    env: ["HW_WORKSPACE_ALLOW_HTTP"],
    type: "flag",
    meaning:
      "`true`: allow plain HTTP to other machines than this one. Credentials are then sent unencrypted.",
  },
} as const satisfies Record<string, Setting>;

/** Name of a setting: its key in the stack configuration, without the namespace. */
export type SettingName = keyof typeof settings;

/** The namespace of the stack configuration. */
export const configNamespace = "huaweicloud-workspace";

/** How a setting can be set, for messages: `huaweicloud-workspace:region or HW_REGION_NAME`. */
export function namesOf(name: SettingName): string {
  return `${configNamespace}:${name} or ${settings[name].env[0]}`;
}

/** Keys of the stack configuration that are not settings, such as `regoin`. Keys are given without the namespace. */
export function unknownSettings(keys: readonly string[]): Problem[] {
  const known = Object.keys(settings);
  return keys
    .filter((key) => !known.includes(key))
    .map((key) => {
      const meant = nearestName(key, known);
      const hint = meant === undefined ? `known are ${known.join(", ")}` : `did you mean "${meant}"?`;
      return { property: "", reason: `"${configNamespace}:${key}" is not a setting; ${hint}` };
    });
}

/** Variables that begin with this are meant for this package alone. */
const OWN_PREFIX = "HW_WORKSPACE_";

/** Variables of this package that are no settings: they say what a process writes, and not what it does. */
const WRITING_VARIABLES = ["HW_WORKSPACE_LOG", "HW_WORKSPACE_AUDIT"];

/** Environment variables with the prefix of this package that it does not know, such as `HW_WORKSPACE_ENDPIONT`. */
export function unknownVariables(env: Environment): Problem[] {
  const all = Object.values<Setting>(settings).flatMap((setting) => setting.env);
  const own = [...all.filter((name) => name.startsWith(OWN_PREFIX)), ...WRITING_VARIABLES];
  return Object.keys(env)
    .filter((name) => name.startsWith(OWN_PREFIX) && (env[name] ?? "").trim() !== "" && !own.includes(name))
    .map((name) => {
      const meant = variableMeantBy(name.slice(OWN_PREFIX.length), own);
      const hint =
        meant === undefined ? `known with this prefix are ${own.join(", ")}` : `did you mean ${meant}?`;
      return { property: "", reason: `the environment variable ${name} is not a setting; ${hint}` };
    });
}

/** The variable that a name without the prefix comes near to; the prefix itself would make all of them alike. */
function variableMeantBy(rest: string, own: readonly string[]): string | undefined {
  const byName = new Map(own.map((name) => [name.slice(OWN_PREFIX.length), name]));
  for (const [key, setting] of Object.entries<Setting>(settings)) {
    const [first = ""] = setting.env;
    if (own.includes(first)) continue;
    // Most variables have no prefix of this package: `HW_WORKSPACE_REGION` means `HW_REGION_NAME`.
    byName.set(key, first);
    byName.set(first.replace(/^HW_/, ""), first);
  }
  const meant = nearestName(rest, [...byName.keys()]);
  return meant === undefined ? undefined : byName.get(meant);
}
