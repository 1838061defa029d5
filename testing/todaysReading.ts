/**
 * What the emulator has to speak so that the provider of today can work at all
 * (core issue): where a desktop without disks comes without `data_volumes`, it
 * cannot add the first one. Goes with the redesign of the core.
 */
export const todaysReading = ["no-absent-lists"] as const;
