import { RefusedError, sentence } from "../errors";
import type { Refusal } from "./inputs";

/** Throws if there is anything to refuse: a line for each property, before any call. */
export function refuse(desktopId: string, refusals: readonly Refusal[], doing = "Changing"): void {
  const [first, ...more] = refusals;
  if (first === undefined) return;
  const line = ({ property, reason }: Refusal) => (property === "" ? reason : `${property}: ${reason}`);
  const failed = `${doing} data disks of desktop ${desktopId} is refused`;
  const why =
    more.length === 0
      ? line(first)
      : refusals.map((one) => `\n- ${sentence(line(one))} [${one.code}]`).join("");
  throw new RefusedError(
    { code: first.code, failed, why, now: "Nothing was sent to the service", next: "" },
    first.property,
  );
}
