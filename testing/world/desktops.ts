/** The desktops of a history, and the disks that are on them from the start. */

export const desktopId = (number: number) => `d0000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

/** Enough for jobs to be looked up in lists instead of one by one. */
export const DESKTOPS = [desktopId(1), desktopId(2), desktopId(3), desktopId(4)] as const;

/** What a disk that belongs to nobody here is like. No program asks for a new one of this kind. */
export const EXISTING = { type: "SAS", size: 70 };

/** The id of the disk that a desktop may have from the start. */
export const existingDisk = (desktop: string) => `existing-${desktop.slice(-1)}`;

/** What programs ask for most often: a second actor of the same kind adds these too. */
export const USUAL = { type: "SSD", size: 20 };
