import type { Problem } from "../errors";
import { atHome, codeOf } from "./profile";
import type { SettingName } from "./settings";
import { configSource, environmentSource, type Found, type Sources } from "./sources";

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
  const options: Options = { insecure: false, problems };
  const wrong = (found: Found, reason: string) => {
    problems.push({ property: "", reason: `${found.name} "${found.value}" ${reason}` });
  };

  for (const name of ["insecure", "allowHttp"] as const) {
    const flag = readFlag(name, sources);
    if (typeof flag === "object") wrong(flag, "must be true or false");
    else if (name === "insecure") options.insecure = flag;
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
export function readFlag(name: "insecure" | "allowHttp", sources: Sources): boolean | Found {
  const found = setting(name, sources);
  if (!found || /^(0|false|no|off)$/i.test(found.value)) return false;
  return /^(1|true|yes|on)$/i.test(found.value) || found;
}

function setting(name: SettingName, sources: Sources): Found | undefined {
  return environmentSource(sources.env).get(name) ?? configSource(sources).get(name);
}
