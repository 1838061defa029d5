/** Readings of desktops for tests. */
import type { Volume } from "../../provider/core/api/volumes";
import type { DesktopReading } from "../survey";
import { place } from "./states";

/** When all readings were taken. */
export const at = Date.parse("2026-01-10T00:00:00Z");

/** A desktop with these data disks; a plain id is an SSD of 100 GB. */
export function showing(
  desktopId: string,
  volumes: readonly (string | Omit<Volume, "createdAt">)[],
  more: Partial<DesktopReading> = {},
): DesktopReading {
  return {
    desktopId,
    place,
    shown: "there",
    computerName: `pc-${desktopId}`,
    volumes: volumes.map((volume): Volume => {
      const facts = typeof volume === "string" ? { volumeId: volume, type: "SSD", size: 100 } : volume;
      return { ...facts, createdAt: facts.createTime === undefined ? [] : [Date.parse(facts.createTime)] };
    }),
    goneIds: new Set(),
    busy: false,
    at,
    ...more,
  };
}

/** A desktop that does not have these volumes any more, with proof. */
export function without(
  desktopId: string,
  gone: readonly string[],
  ...rest: readonly string[]
): DesktopReading {
  return showing(desktopId, rest, { goneIds: new Set(gone) });
}

/** A desktop that the service reports as deleted. */
export function deleted(desktopId: string): DesktopReading {
  return { desktopId, place, shown: "deleted", volumes: [], goneIds: new Set(), busy: false, at };
}

/** A desktop that could not be read. */
export function unreadable(desktopId: string): DesktopReading {
  return { ...deleted(desktopId), shown: "unreadable", error: "403" };
}
