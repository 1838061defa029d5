import { CredentialsError } from "../errors";
import type { Waiter } from "../operation";
import { type Grant, type RequestCredentials, Secret } from "./grant";
import type { Agency, CredentialSource, FoundCredentials } from "./credentialSource";
import type { Iam, Scope, Token } from "./iam";
import { atHome, codeOf, type Sources } from "./sources";

/** The project that a grant is wanted for. */
export type Project = { id: string } | { name: string };

/** Seconds that keys for an identity token are asked for. */
const KEY_SECONDS = 3600;

/** The IAM to ask. */
export interface Authority {
  iam: Iam;
  /**
   * False where only the Workspace API has an address of its own: the IAM that
   * belongs to it is not known, and is asked only if there is no other way.
   */
  belongsToEndpoint: boolean;
}

/** Exchanges what was found in the settings for credentials that calls can be made with. */
export async function obtain(
  { method, agency }: FoundCredentials,
  project: Project,
  { iam, belongsToEndpoint }: Authority,
  sources: Sources,
  waiter: Waiter,
): Promise<Grant> {
  const { source } = method;
  if (agency) return assume(source, agency, iam, sources, waiter);
  switch (source.kind) {
    case "accessKey":
      return { credentials: credentialsOf(source) };
    case "token":
      if ("id" in project && !belongsToEndpoint) {
        return { credentials: { kind: "token", token: source.token } };
      }
      return given(source.token, iam, waiter);
    case "password":
      return grantOf(await iam.passwordToken(source, { project }, waiter));
    case "identityToken": {
      const token = await iam.identityToken(source.providerId, readIdentityToken(source, sources), waiter);
      return iam.temporaryKeys(token.token, KEY_SECONDS, waiter);
    }
  }
}

/**
 * The agency's keys are of another account: the credentials that assume it
 * must not be asked for the project that is wanted there.
 */
async function assume(
  source: CredentialSource,
  agency: Agency,
  iam: Iam,
  sources: Sources,
  waiter: Waiter,
): Promise<Grant> {
  switch (source.kind) {
    case "accessKey":
      return iam.assumeAgency(credentialsOf(source), agency, waiter);
    case "token":
      return iam.assumeAgency({ kind: "token", token: source.token }, agency, waiter);
    case "password": {
      const scope: Scope = { domain: source.domain };
      const { token } = await iam.passwordToken(source, scope, waiter);
      return iam.assumeAgency({ kind: "token", token }, agency, waiter);
    }
    case "identityToken": {
      const { token } = await iam.identityToken(
        source.providerId,
        readIdentityToken(source, sources),
        waiter,
      );
      const keys = await iam.temporaryKeys(token, KEY_SECONDS, waiter);
      return iam.assumeAgency(keys.credentials, agency, waiter);
    }
  }
}

/**
 * A token from the settings: IAM is asked which project it is for and when it
 * ends. Where IAM does not say (no route to it, an older one), the token is
 * used all the same; the service itself refuses a bad one.
 */
async function given(token: Secret, iam: Iam, waiter: Waiter): Promise<Grant> {
  try {
    return grantOf(await iam.describeToken(token, waiter));
  } catch (error) {
    const known = !(error instanceof CredentialsError) || error.status === 401 || error.reason === "project";
    if (known) throw error;
    return { credentials: { kind: "token", token } };
  }
}

function grantOf({ token, expiry, projectId }: Token): Grant {
  return {
    credentials: { kind: "token", token },
    ...(expiry && { expiry }),
    ...(projectId !== undefined && { projectId }),
  };
}

function credentialsOf(source: CredentialSource & { kind: "accessKey" }): RequestCredentials {
  const { accessKey, secretKey, securityToken } = source;
  return { kind: "key", accessKey, secretKey, ...(securityToken && { securityToken }) };
}

/** Read anew each time: CI systems replace the file before the token in it ends. */
export function readIdentityToken(
  source: CredentialSource & { kind: "identityToken" },
  sources: Sources,
): Secret {
  if (source.token instanceof Secret) return source.token;
  const path = atHome(source.token.file, sources.homeDir);
  let text: string;
  try {
    text = sources.readFile(path).trim();
  } catch (error) {
    throw new CredentialsError("settings", `identity token file ${path} cannot be read (${codeOf(error)})`);
  }
  if (text === "") throw new CredentialsError("settings", `identity token file ${path} is empty`);
  return new Secret(text);
}
