/**
 * How an error or a warning says that an add may still be carried out: the only
 * place where the judge depends on wording. The desktop must be named, so that
 * a person knows where to look.
 */
const MAY_APPEAR = /\bmay (?:still|yet|also|appear|exist|have been)\b/i;

export function saysMayAppear(text: string, desktop: string): boolean {
  return MAY_APPEAR.test(text) && text.includes(desktop);
}
