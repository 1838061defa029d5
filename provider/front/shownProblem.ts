import type { Problem } from "../core/errors";
import type { Properties } from "../core/host";

/**
 * A problem as the engine is to show it. For a property it prints "property P
 * value {V} has a problem" before the reason: right for a number or a text, but
 * a screen of dump for the disks of a set, "<nil>" for what is missing or lies
 * deeper, and perhaps a secret for what is no input at all. Then the reason
 * begins with the property itself.
 */
export function shownProblem({ property, reason }: Problem, inputs: Properties): Problem {
  const value = Object.hasOwn(inputs, property) ? inputs[property] : undefined;
  const isShown = ["string", "number", "boolean"].includes(typeof value) && !reason.endsWith("[HWD1102]");
  if (property === "" || isShown) return { property, reason };
  return { property: "", reason: reason.startsWith(`${property} `) ? reason : `${property} ${reason}` };
}
