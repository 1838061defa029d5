import { CredentialsError } from "./errors";
import type { Credentials } from "./find";
import type { Grant, Pass } from "./grant";
import type { Iam, Scope, Token } from "./iam";
import { atHome, codeOf } from "./profile";
import { Secret } from "./secret";
import type { Sources } from "./sources";
import type { Agency, Proof } from "./ways";

/** The project that a grant is wanted for. */
export type Project = { id: string } | { name: string };

/** Seconds that keys for an identity token are asked for. */
const keySeconds = 3600;

/** Whom to ask. */
export interface Authority {
  iam: Iam;
  /**
   * False where only the Workspace API has an address of its own: the IAM that
   * belongs to it is not known, and is asked only if there is no other way.
   */
  belongsToEndpoint: boolean;
}

/** Changes what was found in the settings into something that calls can be made with. */
export async function obtain(
  { way, agency }: Credentials,
  project: Project,
  { iam, belongsToEndpoint }: Authority,
  sources: Sources,
): Promise<Grant> {
  if (agency) return assume(way.proof, agency, iam, sources);
  const { proof } = way;
  switch (proof.kind) {
    case "accessKey":
      return { pass: passOf(proof) };
    case "token":
      if ("id" in project && !belongsToEndpoint) return { pass: { kind: "token", token: proof.token } };
      return given(proof.token, iam);
    case "password":
      return grantOf(await iam.passwordToken(proof, { project }));
    case "identityToken": {
      const token = await iam.identityToken(proof.providerId, readIdentityToken(proof, sources));
      return iam.temporaryKeys(token.token, keySeconds);
    }
  }
}

/**
 * The agency's keys are another account's: what proves who we are must not be
 * asked for the project wanted there.
 */
async function assume(proof: Proof, agency: Agency, iam: Iam, sources: Sources): Promise<Grant> {
  switch (proof.kind) {
    case "accessKey":
      return iam.assumeAgency(passOf(proof), agency);
    case "token":
      return iam.assumeAgency({ kind: "token", token: proof.token }, agency);
    case "password": {
      const scope: Scope = { domain: proof.domain };
      const { token } = await iam.passwordToken(proof, scope);
      return iam.assumeAgency({ kind: "token", token }, agency);
    }
    case "identityToken": {
      const { token } = await iam.identityToken(proof.providerId, readIdentityToken(proof, sources));
      const keys = await iam.temporaryKeys(token, keySeconds);
      return iam.assumeAgency(keys.pass, agency);
    }
  }
}

/**
 * A token that somebody else got: IAM is asked which project it is for and
 * when it ends. Where IAM does not tell (no route to it, an older one), the
 * token is used all the same; the service itself refuses a bad one.
 */
async function given(token: Secret, iam: Iam): Promise<Grant> {
  try {
    return grantOf(await iam.describeToken(token));
  } catch (error) {
    const known = !(error instanceof CredentialsError) || error.status === 401 || error.reason === "project";
    if (known) throw error;
    return { pass: { kind: "token", token } };
  }
}

function grantOf({ token, expiry, projectId }: Token): Grant {
  return {
    pass: { kind: "token", token },
    ...(expiry && { expiry }),
    ...(projectId !== undefined && { projectId }),
  };
}

function passOf(proof: Proof & { kind: "accessKey" }): Pass {
  const { accessKey, secretKey, securityToken } = proof;
  return { kind: "key", accessKey, secretKey, ...(securityToken && { securityToken }) };
}

/** Read anew each time: CI systems replace the file before the token in it ends. */
export function readIdentityToken(proof: Proof & { kind: "identityToken" }, sources: Sources): Secret {
  if (proof.token instanceof Secret) return proof.token;
  const path = atHome(proof.token.file, sources.homeDir);
  let text: string;
  try {
    text = sources.readFile(path).trim();
  } catch (error) {
    throw new CredentialsError("settings", `identity token file ${path} cannot be read (${codeOf(error)})`);
  }
  if (text === "") throw new CredentialsError("settings", `identity token file ${path} is empty`);
  return new Secret(text);
}
