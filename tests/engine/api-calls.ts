/** A request as the emulator's log gives it. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  /** `null` where no answer was sent. */
  readonly status: number | null;
}

/** Names for calls, by method and path without project and ids. */
const names: Readonly<Record<string, string>> = {
  "POST desktops/*/volumes/batch-delete": "batch-delete",
  "POST desktops/*/volumes": "add",
  "POST volumes": "add on many desktops",
  "POST volumes/expand": "expand",
  "PUT volumes/batch-modify-qos": "change QoS",
  "GET desktops/detail": "list desktops",
  "GET desktops/*": "show desktop",
  "GET workspace-jobs/*": "show job",
  "GET workspace-sub-jobs": "list sub-jobs",
  "GET volume/products": "list volume products",
  "GET quotas": "show quotas",
  "GET /v3/projects": "find project",
  "POST /v3/auth/tokens": "get token",
};

/** Counts calls by name, in the order of their first appearance, and those that were refused as conflicts. */
export function countCalls(requests: readonly LoggedRequest[]) {
  const kinds = new Map<string, number>();
  for (const { method, path } of requests) {
    const shape = path
      .replace(/^\/v2\/[^/]+\//, "")
      .replace(/(desktops|workspace-jobs)\/(?!detail$)[^/]+/, "$1/*");
    const name = names[`${method} ${shape}`] ?? `${method} ${path}`;
    kinds.set(name, (kinds.get(name) ?? 0) + 1);
  }
  return { kinds, conflicts: requests.filter(({ status }) => status === 409).length };
}
