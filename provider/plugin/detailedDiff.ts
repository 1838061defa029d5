import { DiffResponse, PropertyDiff } from "@pulumi/pulumi/proto/provider_pb";
import type { PropertyChange } from "../core/disk/propertyChanges";
import type { Difference } from "../core/disk/resource";

const { Kind } = PropertyDiff;
const KINDS = {
  add: { plain: Kind.ADD, replaces: Kind.ADD_REPLACE },
  update: { plain: Kind.UPDATE, replaces: Kind.UPDATE_REPLACE },
  delete: { plain: Kind.DELETE, replaces: Kind.DELETE_REPLACE },
} as const satisfies Record<PropertyChange["is"], object>;

/**
 * Converts a difference for the engine: each property with its kind of change.
 * If a change has no property, such as an unfinished operation, the engine
 * compares inputs itself.
 */
export function detailedDiff({ changes, replaces, properties }: Difference): DiffResponse {
  const response = new DiffResponse();
  response.setChanges(changes ? DiffResponse.DiffChanges.DIFF_SOME : DiffResponse.DiffChanges.DIFF_NONE);
  if (!changes) return response;
  response.setReplacesList(replaces);
  response.setDiffsList([...new Set(properties.flatMap(({ path }) => path[0] ?? []))]);
  for (const { path, is, replaces: replacing } of properties) {
    const diff = new PropertyDiff();
    diff.setKind(KINDS[is][replacing ? "replaces" : "plain"]);
    response.getDetaileddiffMap().set(propertyPath(path), diff);
  }
  response.setHasdetaileddiff(properties.length > 0);
  return response;
}

/** A property path in Pulumi's notation: `disks.data.size`, `disks["my disk"].size`. */
export function propertyPath(path: readonly string[]): string {
  return path
    .map((name, index) => {
      if (!/^[A-Za-z_$][\w$-]*$/.test(name)) return `[${JSON.stringify(name)}]`;
      return index === 0 ? name : `.${name}`;
    })
    .join("");
}
