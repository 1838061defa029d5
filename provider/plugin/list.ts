import { ListResponse } from "@pulumi/pulumi/proto/provider_pb";
import type { ListRequest } from "@pulumi/pulumi/proto/provider_pb";
import { UNKNOWN } from "../core/host";
import type { DesktopResult } from "../core/lookupSchema";
import { find } from "./invoke";
import type { ProviderInstance } from "./instance";
import { kindOf } from "./resources";
import { fromStruct } from "./values";

/** One resource that exists, by the id that an import takes. */
interface Listed {
  id: string;
  name: string;
}

/**
 * Lists what can be imported: data disks, or desktops with their disks. The
 * query may name one desktop. Without a page size, one page has everything. The
 * continuation token is the number of results before it.
 */
export async function list(instance: ProviderInstance, request: ListRequest): Promise<ListResponse[]> {
  const kind = kindOf(request.getToken());
  const query = fromStruct(request.getQuery());
  if (Object.values(query).includes(UNKNOWN)) {
    const computed = new ListResponse();
    computed.setComputed(new ListResponse.Computed());
    return [computed];
  }
  const desktops =
    query.desktopId === undefined
      ? ((await find(instance, "getDesktops", {})).desktops as DesktopResult[])
      : [(await find(instance, "getDesktop", { desktopId: query.desktopId })) as unknown as DesktopResult];
  const all = desktops.flatMap(kind === "DataDiskAttachment" ? disksOf : asSet);
  const from = Number(request.getContinuationToken() || 0);
  const limit = limitOf(request.getLimit());
  const page = Math.min(limitOf(request.getPageSize()), limit);
  const shown = all.slice(from, from + page);
  const next = from + shown.length;
  return [
    ...shown.map(resultOf),
    ...(next < all.length && shown.length < limit ? [continuationOf(next)] : []),
  ];
}

/** The engine sends 0 for no limit. */
function limitOf(count: number): number {
  return count < 1 ? Infinity : count;
}

function disksOf({ desktopId, computerName, dataVolumes }: DesktopResult): Listed[] {
  return dataVolumes.map(({ volumeId, displayName, device }) => ({
    id: `${desktopId}/${volumeId}`,
    name: `${computerName}-${displayName ?? device?.split("/").at(-1) ?? volumeId}`,
  }));
}

function asSet({ desktopId, computerName }: DesktopResult): Listed[] {
  return [{ id: desktopId, name: computerName }];
}

function resultOf({ id, name }: Listed): ListResponse {
  const result = new ListResponse.Result();
  result.setId(id);
  result.setName(name);
  const response = new ListResponse();
  response.setResult(result);
  return response;
}

function continuationOf(next: number): ListResponse {
  const continuation = new ListResponse.Continuation();
  continuation.setContinuationToken(String(next));
  const response = new ListResponse();
  response.setContinuation(continuation);
  return response;
}
