/** What the present provider cannot keep its promises in yet. `npm test` leaves out exactly this, and nothing else. */
import type { Feature } from "./history/features";

export interface Exclusion {
  readonly name: Feature;
  readonly reason: "core issue";
  /** What goes wrong. */
  readonly why: string;
}

export const excluded: readonly Exclusion[] = [];

export const excludedNames: readonly Feature[] = excluded.map(({ name }) => name);
