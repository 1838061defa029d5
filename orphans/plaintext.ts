/** How the engine marks a secret in an exported state. */
const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";

/** Stands for a value that the state holds encrypted. */
export const ENCRYPTED = Symbol("encrypted");

type Props = Readonly<Record<string, unknown>>;

/**
 * A value of an exported state with every secret in it replaced: by its value,
 * where the state was exported with `--show-secrets`, else by `ENCRYPTED`.
 */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const object = value as Props;
  if (object[SIGNATURE_KEY] !== SECRET_SIGNATURE) {
    return Object.fromEntries(Object.entries(object).map(([key, item]) => [key, plain(item)]));
  }
  return typeof object.plaintext === "string" ? plain(parsed(object.plaintext)) : ENCRYPTED;
}

/**
 * As `plain`, for the properties of a resource: what is encrypted is left out,
 * and told by name, also where only a part of it is.
 */
export function plainProps(value: unknown): { props: Props; encrypted: readonly string[] } {
  const all = plain(value);
  const entries = typeof all === "object" && all !== null ? Object.entries(all) : [];
  return {
    props: Object.fromEntries(entries.filter(([, item]) => item !== ENCRYPTED)),
    encrypted: entries.filter(([, item]) => hides(item)).map(([key]) => key),
  };
}

function hides(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return value === ENCRYPTED;
  return Object.values(value).some(hides);
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return ENCRYPTED;
  }
}
