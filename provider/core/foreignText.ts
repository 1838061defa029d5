/** Stands where a credential was. */
const REDACTED = "[secret]";
/** How much of a text of others is shown. */
export const MAX_SHOWN = 500;
/** Encodings may be nested: JSON in JSON, a URL in HTML in JSON. */
const MAX_LAYERS = 5;
/** A part of a long credential counts from this length on: a service may have cut it before us. */
const PART_LENGTH = 12;
/** Only credentials from this length on are looked for in parts. */
const LONG_SECRET = 24;
/** Parts are looked for in so many characters from the beginning: more is never shown. */
const PARTS_WITHIN = 32_768;

/** Headers that carry credentials, echoed in any notation, and the parts of a signature. */
const ECHOES = [
  /(?:x-(?:auth|subject|security|service)-token|(?:proxy-)?authorization)["']?\s{0,5}[:=]\s{0,5}["'[]{0,3}((?:(?:Basic|Bearer|SDK-HMAC-SHA256) {1,5})?[^\s"'<>\]},;]{16,})/dgi,
  /\bAccess=([^\s"'<>,;&]{4,})/dg,
  /\bSignature=([0-9a-f]{16,})/dgi,
];

/** Control characters, and marks that reorder or hide text. */
// Built from numbers, so that no control character stands in the source.
const CONTROLS = new RegExp(
  `[${[
    [0x00, 0x1f],
    [0x7f, 0x9f],
    [0x200b, 0x200f],
    [0x2028, 0x202e],
    [0x2060, 0x2069],
    [0xfeff, 0xfeff],
  ]
    .map(([from = 0, to = 0]) => `${String.fromCharCode(from)}-${String.fromCharCode(to)}`)
    .join("")}]+`,
  "g",
);

/**
 * Text that a service, gateway, proxy or IAM wrote, fit to be shown on one
 * line: without our credentials however they are encoded, without control
 * characters, and cut to `maxLength` characters. Takes linear time. Pass the same
 * array of secrets each time: what is made of it is kept.
 */
export function cleanForeignText(text: string, secrets: readonly string[], maxLength = MAX_SHOWN): string {
  const line = withoutSecrets(text, secrets).replace(CONTROLS, " ").replace(/\s+/g, " ").trim();
  if (line.length <= maxLength) return line;
  const end = isHighSurrogate(line.charCodeAt(maxLength - 1)) ? maxLength - 1 : maxLength;
  return `${line.slice(0, end)}…`;
}

/**
 * The text without credentials. They are searched for in the text as it is and
 * in each layer of it that decoding JSON escapes, URL encoding and HTML
 * entities brings to light; what is removed are their places in the original.
 */
function withoutSecrets(text: string, secrets: readonly string[]): string {
  const needles = needlesOf(secrets);
  const parts = text.length < PART_LENGTH ? NO_PARTS : partsOf(secrets);
  const spans: Span[] = [];
  let layer: Layer | undefined = { text, at: undefined, originalLength: text.length };
  for (let depth = 0; layer !== undefined && depth < MAX_LAYERS; depth++) {
    findSecrets(layer, needles, parts, spans);
    layer = decode(layer);
  }
  return replaceSpans(text, spans);
}

/** Offsets in the original text, the end not included. */
type Span = readonly [from: number, to: number];

/** One layer of decoding: its text, and where each of its characters begins in the original. */
interface Layer {
  text: string;
  /** Undefined: the layer is the original itself. */
  at: Uint32Array | undefined;
  originalLength: number;
}

function needlesOf(secrets: readonly string[]): string[] {
  // In a form a blank is written as "+".
  const all = secrets.flatMap((secret) =>
    secret.includes(" ") ? [secret, secret.replaceAll(" ", "+")] : [secret],
  );
  return [...new Set(all)].filter((secret) => secret !== "");
}

const NO_PARTS: ReadonlySet<string> = new Set();
/** A list of a thousand desktops has thousands of texts to clean with the same credentials. */
const partsBySecrets = new WeakMap<readonly string[], ReadonlySet<string>>();

function partsOf(secrets: readonly string[]): ReadonlySet<string> {
  const known = partsBySecrets.get(secrets);
  if (known !== undefined) return known;
  const parts = new Set<string>();
  partsBySecrets.set(secrets, parts);
  for (const secret of secrets.filter(({ length }) => length >= LONG_SECRET)) {
    for (let at = 0; at + PART_LENGTH <= secret.length; at++) parts.add(secret.slice(at, at + PART_LENGTH));
  }
  return parts;
}

function findSecrets(
  { text, at, originalLength }: Layer,
  needles: readonly string[],
  parts: ReadonlySet<string>,
  spans: Span[],
): void {
  const note = (from: number, to: number) => {
    spans.push(at === undefined ? [from, to] : [at[from] ?? originalLength, at[to] ?? originalLength]);
  };
  for (const needle of needles) {
    for (let from = text.indexOf(needle); from >= 0; from = text.indexOf(needle, from + needle.length)) {
      note(from, from + needle.length);
    }
  }
  for (const echo of ECHOES) {
    for (const match of text.matchAll(echo)) {
      const place = match.indices?.[1];
      if (place !== undefined) note(...place);
    }
  }
  if (parts.size === 0) return;
  const last = Math.min(text.length, PARTS_WITHIN) - PART_LENGTH;
  for (let from = 0; from <= last; from++) {
    if (parts.has(text.slice(from, from + PART_LENGTH))) note(from, from + PART_LENGTH);
  }
}

function replaceSpans(text: string, spans: Span[]): string {
  if (spans.length === 0) return text;
  spans.sort(([a], [b]) => a - b);
  const pieces: string[] = [];
  let end = 0;
  let shownUntil = 0;
  for (const [from, to] of spans) {
    if (from > end || (from === 0 && end === 0)) {
      pieces.push(text.slice(shownUntil, from), REDACTED);
    }
    end = Math.max(end, to);
    shownUntil = end;
  }
  pieces.push(text.slice(shownUntil));
  return pieces.join("");
}

/** JSON and JavaScript escapes, runs of percent-encoded bytes, and HTML entities. */
const ESCAPES =
  /\\u[0-9a-f]{4}|\\x[0-9a-f]{2}|\\["'\\/bfnrt]|(?:%[0-9a-f]{2})+|&#x[0-9a-f]{1,6};|&#[0-9]{1,7};|&(?:amp|lt|gt|quot|apos);/gi;

const NAMED: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

/** The next layer; undefined where nothing is encoded. */
function decode({ text, at, originalLength }: Layer): Layer | undefined {
  const pieces: string[] = [];
  const starts = new Uint32Array(text.length + 1);
  let length = 0;
  let done = 0;
  const origin = (index: number) => (at === undefined ? index : (at[index] ?? originalLength));
  const copy = (to: number) => {
    pieces.push(text.slice(done, to));
    for (; done < to; done++) starts[length++] = origin(done);
  };
  for (const match of text.matchAll(ESCAPES)) {
    copy(match.index);
    for (const [decoded, offset] of decodeEscape(match[0])) {
      pieces.push(decoded);
      starts.fill(origin(match.index + offset), length, length + decoded.length);
      length += decoded.length;
    }
    done = match.index + match[0].length;
  }
  if (pieces.length === 0) return undefined;
  copy(text.length);
  starts[length] = originalLength;
  return { text: pieces.join(""), at: starts.subarray(0, length + 1), originalLength };
}

/** The characters that an escape stands for, each with the offset in the escape at which it begins. */
function decodeEscape(escape: string): (readonly [text: string, offset: number])[] {
  if (escape.startsWith("%")) return decodePercent(escape);
  if (escape.startsWith("&#")) {
    const hex = /^&#x/i.test(escape);
    const code = parseInt(escape.slice(hex ? 3 : 2, -1), hex ? 16 : 10);
    return [[code <= 0x10ffff ? String.fromCodePoint(code) : escape, 0]];
  }
  if (escape.startsWith("&")) return [[NAMED[escape.slice(1, -1).toLowerCase()] ?? escape, 0]];
  if (escape.length > 2) return [[String.fromCharCode(parseInt(escape.slice(2), 16)), 0]];
  const letter = escape.slice(1);
  return [[NAMED[letter] ?? letter, 0]];
}

/** A run of percent-encoded bytes, read as UTF-8. */
function decodePercent(run: string): (readonly [string, number])[] {
  const bytes = Buffer.from(run.replaceAll("%", ""), "hex");
  const decoded: [string, number][] = [];
  for (let index = 0; index < bytes.length;) {
    const lead = bytes[index] ?? 0;
    const size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
    decoded.push([bytes.toString("utf8", index, Math.min(index + size, bytes.length)), index * 3]);
    index += size;
  }
  return decoded;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
