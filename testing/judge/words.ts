/**
 * How an error or a warning says that an add may still be carried out: the only
 * place where the judge depends on wording. The desktop must be named, so that
 * a person knows where to look.
 */
const MAY_APPEAR =
  /may (?:still |yet |also )*(?:appear|finish|be added|have been added|be carried out|have been carried out|exist)/i;

export function saysMayAppear(text: string, desktop: string): boolean {
  return MAY_APPEAR.test(text) && text.includes(desktop);
}
