import type { Volume } from "./desktopRoom";
import { type AttachmentInputs, DISK_KEYS } from "./inputs";
import type { AttachmentState } from "./state";

const WATCHED = ["type", "size", "iops", "throughput"] as const;
const INPUT_KEYS: readonly string[] = [
  "desktopId",
  ...DISK_KEYS,
  "enterpriseProjectId",
  "timeouts",
  "profile",
  "iamEndpoint",
];

/**
 * What changed outside, as inputs, so that the next preview shows it property
 * by property. Nothing where nothing did. What the service leaves out is
 * unknown and no drift.
 */
export function drift(
  state: Partial<AttachmentState>,
  volume: Volume,
): Partial<AttachmentInputs> | undefined {
  const changed = WATCHED.filter(
    (key) => state[key] !== undefined && volume[key] !== undefined && state[key] !== volume[key],
  );
  if (changed.length === 0) return undefined;
  return { ...inputsOf(state), ...Object.fromEntries(changed.map((key) => [key, volume[key]])) };
}

/** The inputs that a state was made from, but for those that are kept only as what they came to, such as the region. */
export function inputsOf(state: Partial<AttachmentState>): Partial<AttachmentInputs> {
  return Object.fromEntries(Object.entries(state).filter(([key]) => INPUT_KEYS.includes(key)));
}
