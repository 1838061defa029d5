/**
 * Codes of the service that decide something, each with what is known of it.
 * Words decide nothing: "does not exist" is also said of users, keys and
 * subnets.
 */

/** Another change of the desktop is under way, or it does not allow this one now. With any HTTP status. */
export const CONFLICT_CODES: readonly string[] = [
  "WKS.0407", // "disks are being added"; seen with HTTP 400
  "WKS.00010032", // "current instance status is … and deny operation …"; seen with HTTP 409
  "WKS.00010409", // conflict on a desktop
];

/** The gateway refuses for speed. */
export const THROTTLING_CODES: readonly string[] = [
  "APIGW.0308", // seen as "200 requests in 5 minutes", HTTP 429
];

/** About this very desktop: it is not there. */
export const UNKNOWN_DESKTOP_CODES: readonly string[] = [
  "WKS.00010404", // the desktop does not exist
];

/** About this very volume: it is not there. */
export const UNKNOWN_VOLUME_CODES: readonly string[] = [
  "WKS.00020404", // the volume does not exist
];

/** About this very job: it is not there. */
export const UNKNOWN_JOB_CODES: readonly string[] = [
  "WKS.00030404", // the job does not exist
];

/** May mean that the object asked for is not there, and may mean something else. */
export const AMBIGUOUS_CODES: readonly string[] = [
  "WKS.0001", // "The request message input by the interface is empty."; the Terraform provider takes it for not found
  "WKS.0202", // "The resource not found."; seen with HTTP 500
];

/** About the tenant, its subscription or other objects: say nothing about a desktop. */
export const OTHER_OBJECT_CODES: readonly string[] = [
  "WKS.00010099", // the Workspace service is disabled
  "WKS.00170312", // the tenant
  "WKS.00170117", // the tenant
  "WKS.0915", // an organizational unit
];

/** Whether a code is the service's own, and not of a gateway in front of it. */
export function isServiceCode(code: string): boolean {
  return code.startsWith("WKS.");
}
