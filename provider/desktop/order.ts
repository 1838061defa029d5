import type { Asked, VolumeRequest } from "./asked";
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
 * Everything that may go in the same call goes along, up to ten.
 */
export function nextBatch(waiting: readonly Asked[]): Asked[] {
  const first =
    waiting.find((asked) => asked.overtaken >= OVERTAKEN_AT_MOST) ??
    waiting.find((asked) => asked.request.kind === "delete") ??
    waiting[0];
  if (first === undefined) return [];
  const key = mergeKey(first.request);
  return waiting.filter((asked) => mergeKey(asked.request) === key).slice(0, VOLUMES_A_CALL);
}
