import type { Times } from "../../api/response";
import type { Volume, VolumeSpec } from "../../api/volumes";
import type { JobWindow } from "../matchVolumes";

const START = Date.parse("2026-01-02T03:04:00Z");
const EIGHT_HOURS_MS = 8 * 3_600_000;

/** So many seconds after the start, ms since 1970. */
export const sec = (seconds: number) => START + seconds * 1000;

/** The same as the service writes it with a zone: one reading. */
export const at = (seconds: number): Times => [sec(seconds)];

/** The same without a zone: UTC and +08:00. `zone`: what the service means. */
export const zoneless = (seconds: number, zone: "UTC" | "+08:00"): Times => {
  const written = sec(seconds) + (zone === "UTC" ? 0 : EIGHT_HOURS_MS);
  return [written, written - EIGHT_HOURS_MS];
};

/** A job that ran from second to second. */
export const ran = (begin: number, end: number): JobWindow => ({ begin: at(begin), end: at(end) });

export const SSD: VolumeSpec = { type: "SSD", size: 20 };
export const SAS: VolumeSpec = { type: "SAS", size: 20 };

/** A disk that was created at this second; undefined: the service does not say. */
export function disk(volumeId: string, created?: number, more: Partial<Volume> = {}): Volume {
  return { volumeId, ...SSD, createdAt: created === undefined ? [] : at(created), ...more };
}
