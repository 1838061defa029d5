import { findSecrets } from "../../tests/secrets/search";
import type { Evidence } from "./evidence";
import type { Verdict } from "./promises";

/** Convicts every text and every stored state that shows a secret, as it is or encoded. */
export function secretsShown({ record }: Evidence): Verdict[] {
  const written = [
    ...record.texts.map(({ at, severity, text }) => ({ at, where: severity, text })),
    ...record.states.map(({ at, stack, text }) => ({ at, where: `state of ${stack}`, text })),
  ];
  // Nearly always there is nothing: all texts at once cost a fraction of each by itself.
  if (findSecrets({ all: written.map(({ text }) => text).join("\n") }, record.secrets).length === 0)
    return [];
  return written.flatMap(({ at, where, text }): Verdict[] =>
    findSecrets({ [where]: text }, record.secrets).map((evidence) => ({
      promise: "no-secret",
      at,
      evidence,
    })),
  );
}
