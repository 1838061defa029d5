import { chargeModeOf } from "./desktop-views";
import type { Desktop } from "./desktops";
import type { ViewFault } from "./faults";
import type { Project } from "./project";
import { invalidParameter } from "./refusals";

/** The query of ListDesktopsDetail, with types; all of it is optional. */
interface DesktopQuery {
  desktop_id?: string[];
  computer_name?: string;
  computer_names?: string[];
  availability_zone?: string;
  without_any_tag?: boolean;
  tag?: string;
  /** Comma-separated. */
  pool_id?: string;
  user_name?: string;
  user_names?: string[];
  user_attached?: boolean;
  status?: string;
  enterprise_project_id?: string;
  desktop_ip?: string;
  desktop_type?: string;
  image_id?: string;
  charge_mode?: string;
  in_maintenance_mode?: boolean;
  subnet_id?: string;
  sort_field?: "created" | "computer_name";
  sort_type?: "ASC" | "DESC";
}

type Test = (desktop: Desktop) => boolean;
type Filters = {
  readonly [Name in keyof DesktopQuery]-?:
    ((value: NonNullable<DesktopQuery[Name]>) => Test | undefined) | undefined;
};

/** What each parameter selects. Those without a test decide which desktops come, and in which order. */
const filters: Filters = {
  desktop_id: undefined,
  sort_field: undefined,
  sort_type: undefined,
  computer_name: (part) => (desktop) => desktop.computer_name.includes(part),
  computer_names: (names) => (desktop) => names.includes(desktop.computer_name),
  availability_zone: (zone) => (desktop) => desktop.availability_zone === zone,
  without_any_tag: (isBare) => (isBare ? ({ tags }) => tags.length === 0 : undefined),
  tag: (text) => {
    const pairs = tagPairs(text);
    return ({ tags }) =>
      pairs.every(([key, value]) => tags.some((tag) => tag.key === key && tag.value === value));
  },
  pool_id: (ids) => {
    const wanted = ids.split(",");
    return ({ pool_id }) => pool_id !== null && wanted.includes(pool_id);
  },
  user_name: (name) => (desktop) => desktop.user_name === name,
  user_names: (names) => (desktop) => desktop.user_name !== null && names.includes(desktop.user_name),
  user_attached: (isAttached) => (desktop) => (desktop.user_name !== null) === isAttached,
  status: (status) => (desktop) => desktop.status === status,
  enterprise_project_id: (id) => (desktop) => desktop.enterprise_project_id === id,
  desktop_ip: (address) => (desktop) => desktop.ip_addresses.includes(address),
  // Empty: all types, as the documents say.
  desktop_type: (type) => (type === "" ? undefined : (desktop) => desktop.desktop_type === type),
  image_id: (id) => (desktop) => desktop.metadata["metering.image_id"] === id,
  charge_mode: (mode) => (desktop) => chargeModeOf(desktop) === mode,
  in_maintenance_mode: (isInIt) => (desktop) => desktop.in_maintenance_mode === isInIt,
  subnet_id: (id) => (desktop) => desktop.subnet_id === id,
};

/** The desktops that ListDesktopsDetail finds, in its order. */
export function findDesktops(
  project: Project,
  query: DesktopQuery,
  views: readonly ViewFault[],
): readonly Desktop[] {
  const { desktop_id } = query;
  const tests = testsOf(query);
  for (const view of views) {
    if (view.fault === "list-misses-desktop") tests.push((desktop) => desktop.desktop_id !== view.desktop_id);
  }
  const candidates =
    desktop_id === undefined
      ? [...project.desktops, ...project.leavingDesktops("list")]
      : [...new Set(desktop_id)].flatMap((id) => project.readable(id, "list") ?? []);
  // The whole list is what is asked for most: it must not cost a look at every desktop.
  const found =
    tests.length === 0 ? candidates : candidates.filter((desktop) => tests.every((test) => test(desktop)));
  return sorted(found, query);
}

function testsOf(query: DesktopQuery): Test[] {
  // With several names, the documents say, the single one has no effect.
  const asked = query.user_names === undefined ? query : { ...query, user_name: undefined };
  return Object.entries(filters).flatMap(([name, filter]) => {
    const value = asked[name as keyof DesktopQuery];
    if (value === undefined || !filter) return [];
    return (filter as (value: unknown) => Test | undefined)(value) ?? [];
  });
}

function sorted(
  desktops: readonly Desktop[],
  { sort_field: field, sort_type = "ASC" }: DesktopQuery,
): readonly Desktop[] {
  if (!field) return desktops;
  const sign = sort_type === "ASC" ? 1 : -1;
  return [...desktops].sort(
    (one, other) => sign * (one[field] < other[field] ? -1 : one[field] > other[field] ? 1 : 0),
  );
}

function tagPairs(tag: string): [string, string][] {
  if (tag === "") return [];
  return tag.split(",").map((pair): [string, string] => {
    const at = pair.indexOf("=");
    if (at <= 0) throw invalidParameter("tag must be written as k=v,k2=v2");
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
}
