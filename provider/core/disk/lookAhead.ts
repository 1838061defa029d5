import type { Connections } from "../desktop/connections";
import { type Call, UNKNOWN } from "../host";
import type { Codec } from "./codecs";
import { PLACE_NAMES, type Refusal, type SetInputs } from "./inputs";
import { effectiveFor, planSet, whereTheyAre } from "./plan";
import type { PreviewLook } from "./previewLook";
import { wishOf } from "./previewVerdict";
import type { SetState } from "./state";

/**
 * Why a run could not do what a plan says, by property, as far as the desktop
 * shows it now; a place that is not known yet is not looked at. `also`:
 * desktops that are worth the same call. Stands for ListDesktopsDetail.
 */
export async function lookAhead(
  { connections, previewLook }: { connections: Connections; previewLook: PreviewLook },
  codec: Codec,
  call: Call,
  { state, wanted, also }: { state: SetState; wanted: SetInputs; also: readonly string[] },
): Promise<Refusal[]> {
  if (PLACE_NAMES.some((name) => wanted.place[name] === UNKNOWN)) return [];
  const plan = planSet(state, wanted, effectiveFor(connections, wanted.place), codec);
  const place = whereTheyAre(connections, state.place, wanted.place);
  const { desktopId } = state;
  return previewLook.refusals(call, { desktopId, place, wish: wishOf(plan, codec), also });
}
