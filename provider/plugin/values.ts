import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { isRecord, type Properties, UNKNOWN } from "../core/host";

/** The key that marks a map as one of Pulumi's own kinds of values. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e";

/** The mark for a text that is not known yet. */
export const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** The marks for values that are not known yet: text, flag, number, list, asset, archive, map. */
const UNKNOWN_VALUES: readonly unknown[] = [
  UNKNOWN_TEXT,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
];

/** Properties that the dynamic front or the engine adds to state. */
const NOT_OF_THE_RESOURCE: readonly string[] = ["__provider", "__defaults", "__internal", "timeouts"];

/**
 * Converts a message's values for the core: it unwraps secrets and outputs,
 * replaces resources by their ids, and uses the core's mark for what is not
 * known yet. A `null` counts as an absent property.
 */
export function fromStruct(struct: Struct | undefined): Properties {
  return withoutNulls(struct?.toJavaScript() ?? {}, (value) => plain(value));
}

/** The same for state, without what the dynamic front or the engine added. */
export function storedStruct(struct: Struct | undefined): Properties {
  const all = Object.entries(fromStruct(struct));
  return Object.fromEntries(all.filter(([key]) => !NOT_OF_THE_RESOURCE.includes(key)));
}

/** Converts values for a message, without undefined ones: the engine cannot store them. */
export function toStruct(values: Properties): Struct {
  return Struct.fromJavaScript(travelling(values) as Record<string, JavaScriptValue>);
}

/** Marks a value that the engine encrypts in state and never shows. */
export function asSecret(value: unknown): unknown {
  return value === UNKNOWN ? value : { [SIGNATURE]: SECRET, value };
}

function plain(value: unknown): unknown {
  if (UNKNOWN_VALUES.includes(value)) return UNKNOWN;
  if (Array.isArray(value)) return value.map(plain);
  if (!isRecord(value)) return value;
  switch (value[SIGNATURE]) {
    case SECRET:
      return plain(value.value);
    case OUTPUT:
      return "value" in value ? plain(value.value) : UNKNOWN;
    case RESOURCE:
      return value.id === "" ? UNKNOWN : plain(value.id ?? value.urn);
    default:
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
  }
}

function withoutNulls(values: object, convert: (value: unknown) => unknown): Record<string, unknown> {
  const converted = Object.entries(values).map(([key, value]) => [key, convert(value)] as const);
  return Object.fromEntries(converted.filter(([, value]) => value !== null && value !== undefined));
}

function travelling(value: unknown): unknown {
  if (value === UNKNOWN) return UNKNOWN_TEXT;
  if (Array.isArray(value)) return value.map(travelling);
  if (!isRecord(value)) return value;
  const given = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(given.map(([key, one]) => [key, travelling(one)]));
}
