import type { Place } from "../auth/place";
import type { Connections } from "../desktop/connections";
import { knownOf, PLACE_NAMES, type PlaceInputs, UNKNOWN } from "./inputs";
import type { Effective } from "./plan";
import type { RecordedPlace } from "./state";

/** The place that inputs name, as far as it is known. */
export function knownPlace(place: PlaceInputs): Place {
  return knownOf(place);
}

/** What is in force for these inputs; where a part is not known yet, the rest may depend on it. */
export function effectiveFor(
  connections: Pick<Connections, "effective" | "setBy">,
  place: PlaceInputs,
): Effective {
  if (PLACE_NAMES.some((name) => place[name] === UNKNOWN))
    return { region: UNKNOWN, projectId: UNKNOWN, endpoint: UNKNOWN };
  const known = knownPlace(place);
  return { ...connections.effective(known), sources: connections.setBy(known) };
}

/**
 * Where disks that exist are worked on: in the region and project where they
 * were made, as state has them. Only the way there, the endpoint, may be
 * another one today, and the account.
 */
export function whereTheyAre(
  connections: Pick<Connections, "effective">,
  state: RecordedPlace,
  inputs: PlaceInputs,
): Place {
  const known = knownPlace(inputs);
  const endpoint = connections.effective(known).endpoint ?? state.endpoint;
  const { region = known.region, projectId = known.projectId } = state;
  const all = { ...known, region, projectId, endpoint };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}
