/** What the present provider cannot keep its promises in yet. `npm test` leaves out exactly this, and nothing else. */
import type { Feature } from "./history/features";

export interface Exclusion {
  readonly name: Feature;
  readonly reason: "core issue";
  /** What goes wrong. */
  readonly why: string;
}

export const excluded: readonly Exclusion[] = [
  {
    name: "absent-lists",
    reason: "core issue",
    why: "A desktop that comes without data_volumes proves nothing: its first disk cannot be added, its last not be deleted.",
  },
  {
    name: "errors-as-200",
    reason: "core issue",
    why: "A refusal with status 200, such as WKS.0407, is taken for an answer that cannot be read: nothing is sent again.",
  },
  {
    name: "lagging-reads",
    reason: "core issue",
    why: "A disk that lags behind its job is called missing, and a disk that somebody else adds meanwhile is taken for it.",
  },
  {
    name: "repeating-gateway",
    reason: "core issue",
    why: "After 302, 408, 409 or 429 an add counts as not carried out: it is sent again, or its disk is left unknown.",
  },
  {
    name: "fault:repeat",
    reason: "core issue",
    why: "The same as repeating-gateway, ordered one by one.",
  },
  {
    name: "fault:volumes-added",
    reason: "core issue",
    why: "A disk of the same kind that appears while an add is under way is taken for ours after a lost answer or a short deadline.",
  },
  {
    name: "second-actor-any",
    reason: "core issue",
    why: "A new disk that somebody else grows before it is matched fits no request any more, and no error names it.",
  },
];

export const excludedNames: readonly Feature[] = excluded.map(({ name }) => name);
