import type { Asked, VolumeRequest } from "./asked";
import { tellApart } from "./assign";
import { VOLUMES_A_CALL } from "./service";

/** Nobody is overtaken more often than this. */
const OVERTAKEN_AT_MOST = 3;

/**
 * What may go in one call: the same kind of change; adds to the same enterprise
 * project, QoS changes to the same values.
 */
export function mergeKey(request: VolumeRequest): string {
  switch (request.kind) {
    case "add":
      return `add ${request.enterpriseProjectId ?? ""}`;
    case "qos":
      return `qos ${request.iops} ${request.throughput}`;
    default:
      return request.kind;
  }
}

/**
 * Who goes next, out of all that wait on one desktop, in order of arrival:
 * deletes before others, so that a full desktop has room again; otherwise
 * first come. Who has been overtaken three times is overtaken no more.
 * Everything that may go in the same call goes along, up to ten; but no two
 * new disks that might not be told apart afterwards.
 */
export function nextBatch(waiting: readonly Asked[]): Asked[] {
  const first =
    waiting.find((asked) => asked.overtaken >= OVERTAKEN_AT_MOST) ??
    waiting.find((asked) => asked.request.kind === "delete") ??
    waiting[0];
  const batch: Asked[] = [];
  for (const asked of waiting) {
    if (first === undefined || batch.length === VOLUMES_A_CALL) break;
    if (mergeKey(asked.request) !== mergeKey(first.request)) continue;
    if (batch.every((other) => mayGoTogether(other.request, asked.request))) batch.push(asked);
  }
  return batch;
}

function mayGoTogether(one: VolumeRequest, other: VolumeRequest): boolean {
  return one.kind !== "add" || other.kind !== "add" || tellApart(one.spec, other.spec);
}
