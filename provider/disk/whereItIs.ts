import type { Place, Projects } from "./desktopRoom";
import { type DesktopInputs, placeOf } from "./inputs";
import { compact } from "./state";

/**
 * Where a disk that exists is worked on: in the region and project where it
 * was made, as state has them. Only the way there, the endpoint, may be
 * another one today, and the account.
 */
export function whereItIs(projects: Pick<Projects, "effective">, state: Place, inputs: DesktopInputs): Place {
  const { endpoint } = projects.effective(placeOf(inputs));
  const { region, projectId } = state;
  return placeOf({
    ...inputs,
    ...compact({ region, projectId, endpoint: endpoint ?? state.endpoint }),
  });
}
