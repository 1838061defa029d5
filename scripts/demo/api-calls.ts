/** A request as the emulator's log gives it. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  /** `null` where no answer was sent. */
  readonly status: number | null;
}

/** Which calls were made while something went on, and how many of them were refused as conflicts. */
export interface CallCount {
  readonly kinds: ReadonlyMap<string, number>;
  readonly conflicts: number;
}

const project = String.raw`/v2/[^/]+`;

/** What a call is for; the first pattern that fits names it. */
const kinds: readonly (readonly [pattern: RegExp, kind: string])[] = [
  [new RegExp(`^POST ${project}/desktops/[^/]+/volumes/batch-delete$`), "batch-delete"],
  [new RegExp(`^POST ${project}/desktops/[^/]+/volumes$`), "add"],
  [new RegExp(`^POST ${project}/volumes$`), "add on many desktops"],
  [new RegExp(`^POST ${project}/volumes/expand$`), "expand"],
  [new RegExp(`^PUT ${project}/volumes/batch-modify-qos$`), "change QoS"],
  [new RegExp(`^GET ${project}/desktops/detail$`), "list desktops"],
  [new RegExp(`^GET ${project}/desktops/[^/]+$`), "show desktop"],
  [new RegExp(`^GET ${project}/workspace-jobs/[^/]+$`), "show job"],
  [new RegExp(`^GET ${project}/workspace-sub-jobs$`), "list sub-jobs"],
  [new RegExp(`^GET ${project}/volume/products$`), "list volume products"],
  [new RegExp(`^GET ${project}/quotas$`), "show quotas"],
  [/^GET \/v3\/projects$/, "find project"],
  [/^POST \/v3\/auth\/tokens$/, "get token"],
];

/** Names what a call is for; one that is not known goes by its method and path. */
export function kindOfCall(method: string, path: string): string {
  const call = `${method} ${path}`;
  return kinds.find(([pattern]) => pattern.test(call))?.[1] ?? call;
}

/** Counts the calls of a part of the log, in the order of their first appearance. */
export function countCalls(requests: readonly LoggedRequest[]): CallCount {
  const counts = new Map<string, number>();
  for (const { method, path } of requests) {
    const kind = kindOfCall(method, path);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return { kinds: counts, conflicts: requests.filter(({ status }) => status === 409).length };
}
