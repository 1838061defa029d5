import type { Caller } from "./accounts";
import type { Directory } from "./directory";
import type { Project } from "./project";
import { noAccess, notAuthenticated, tokenExpired } from "./refusals";
import { parseAuthorization, parseSdkDate, sameSignature, signatureOf, type SignedRequest } from "./signing";

/** How far the date of a signed request may be off, in ms. */
export const maxSkewMs = 15 * 60 * 1000;

/**
 * Finds out who asks, by a token or by a signature.
 * @param wall the time of day, against which signed dates are held
 */
export function authenticate(request: SignedRequest, directory: Directory, wall: () => number): Caller {
  const { "x-auth-token": token, authorization } = request.headers;
  if (typeof token === "string") return byToken(token, directory);
  if (typeof authorization === "string") return bySignature(request, authorization, directory, wall);
  throw notAuthenticated("there is neither X-Auth-Token nor Authorization");
}

/** The project of the path, where the caller may work in it. */
export function enterProject(caller: Caller, projectId: string): Project {
  const project = caller.account.projects.find((candidate) => candidate.id === projectId);
  if (!project) throw noAccess(projectId);
  if (caller.allowed && !caller.allowed.has(projectId)) throw noAccess(projectId);
  const { scope } = caller;
  if (scope === undefined) return project;
  if (typeof scope === "string" || scope.project !== project) throw noAccess(projectId);
  return project;
}

function byToken(id: string, directory: Directory): Caller {
  const token = directory.token(id);
  if (!token) throw notAuthenticated("decrypt token fail");
  if (token.revoked || directory.isOver(token.expiresAt)) throw tokenExpired();
  return token.caller;
}

function bySignature(
  request: SignedRequest,
  header: string,
  directory: Directory,
  wall: () => number,
): Caller {
  const authorization = parseAuthorization(header);
  if (!authorization) throw notAuthenticated("the header Authorization is malformed");
  const { accessKey, signedHeaders, signature } = authorization;
  const key = directory.key(accessKey);
  if (!key) throw notAuthenticated(`the access key ${accessKey} does not exist`);

  const date = request.headers["x-sdk-date"];
  if (typeof date !== "string") throw notAuthenticated("the header X-Sdk-Date is missing");
  if (!signedHeaders.includes("x-sdk-date")) throw notAuthenticated("the header X-Sdk-Date is not signed");
  const time = parseSdkDate(date);
  if (time === undefined) throw notAuthenticated("the header X-Sdk-Date is malformed");
  if (Math.abs(wall() - time) > maxSkewMs) {
    throw notAuthenticated("the time of the request is more than 15 minutes off");
  }

  if (!sameSignature(signatureOf(request, signedHeaders, date, key.secret), signature)) {
    throw notAuthenticated("verify aksk signature fail");
  }
  if (request.headers["x-security-token"] !== key.securityToken) {
    throw notAuthenticated("the security token is missing, or not that of the access key");
  }
  if (directory.isOver(key.expiresAt)) throw notAuthenticated("the security token has expired");
  return key.caller;
}
