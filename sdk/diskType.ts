/** Kinds of disks: those that are known are offered, others may be given. */
export type DiskType = "SAS" | "SSD" | "GPSSD" | "GPSSD2" | "ESSD" | (string & Record<never, never>);
