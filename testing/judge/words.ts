/**
 * How an error or a warning says that an add may still be carried out: the only
 * place where the judge depends on wording. The desktop must be named, so that
 * a person knows where to look.
 */
const MAY_APPEAR = /\bmay (?:still|yet|also|appear|exist|have been)\b/i;

export function saysMayAppear(text: string, desktop: string): boolean {
  return MAY_APPEAR.test(text) && text.includes(desktop);
}

const MAY_BE_MEANT = /\bdisks? that may be meant\b/i;

/** Whether an error names the disks of the desktop of which one may be what an earlier run has added. */
export function saysMayBeMeant(text: string, desktop: string): boolean {
  return MAY_BE_MEANT.test(text) && text.includes(desktop);
}
