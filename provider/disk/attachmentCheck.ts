import type { Place, Problem, Projects } from "./desktopRoom";
import { type AttachmentInputs, placeOf, PLACE_KEYS } from "./inputs";
import { hasChanges, type Plan, planDisk, planPlace, refuseReplacement } from "./plan";
import type { AttachmentState } from "./state";
import { isKnown, isUnknown, UNKNOWN } from "./unknown";
import { validateDesktop, validateDisk } from "./validate";

type Raw = Readonly<Record<string, unknown>>;

/** What the engine wants to know of a change: whether there is one, and what it replaces. */
export interface Difference {
  changes: boolean;
  replaces: string[];
}

/**
 * What is wrong with a program's inputs, by property, before any call: wrong
 * or missing values, settings without which nothing works, and changes to the
 * old inputs that cannot be made.
 */
export function checkAttachment(olds: Raw, news: Raw, projects: Pick<Projects, "check">): Problem[] {
  const invalid = [...validateDesktop(news), ...validateDisk(news)];
  const settings = projects.check(knownPlace(news));
  if (invalid.length > 0 || !isKnown(olds.desktopId)) return [...invalid, ...settings];
  const plan = planAttachment(olds, news as unknown as AttachmentInputs, {});
  return [...plan.refusals, ...settings];
}

/** Compares a state with what is wanted. `effective`: which region and project is in force for these inputs. */
export function planAttachment(
  state: Partial<AttachmentState>,
  inputs: AttachmentInputs,
  effective: Place,
): Plan {
  const plan = planDisk(state, inputs);
  planPlace(plan, state, inputs, effective);
  refuseReplacement(plan, state, inputs);
  plan.record ||= state.unfinished === true;
  return plan;
}

/** Says what a change comes to; throws, by property, for one that is refused. */
export function differenceOf(plan: Plan): Difference {
  refuse(plan.refusals);
  return { changes: hasChanges(plan), replaces: plan.replaces };
}

/** Throws if there is anything to refuse, naming each property. */
export function refuse(refusals: readonly Problem[]): void {
  if (refusals.length > 0) {
    throw new Error(refusals.map(({ property, reason }) => `${property}: ${reason}`).join("\n"));
  }
}

/** Throws if an update would have to replace: the engine does that, and an update would reach for the wrong disk. */
export function refuseReplacing({ replaces }: Pick<Plan, "replaces">): void {
  if (replaces.length > 0) throw new Error(`${replaces.join(", ")}: cannot change in place`);
}

/** The place that inputs name, as far as it is known already. */
export function knownPlace(news: Raw): Place {
  return placeOf(
    Object.fromEntries(PLACE_KEYS.filter((key) => isKnown(news[key])).map((key) => [key, news[key]])),
  );
}

/** What is in force for these inputs; where a part of that is not known yet, nothing is said of the rest. */
export function placeInForce(projects: Pick<Projects, "effective">, news: Raw): Place {
  if (!PLACE_KEYS.some((key) => isUnknown(news[key]))) return projects.effective(knownPlace(news));
  return { region: UNKNOWN, projectId: UNKNOWN, endpoint: UNKNOWN };
}
