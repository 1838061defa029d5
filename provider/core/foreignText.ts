/** Stands where a credential was. */
const REDACTED = "[secret]";
/** How much of a text of others is shown. */
export const MAX_SHOWN = 500;
/** Encodings may be nested: JSON in JSON, a URL in HTML in JSON. */
const MAX_LAYERS = 8;
/** A part of a long credential counts from this length on: a service may have cut it before us. */
const PART_LENGTH = 12;
/** Only credentials from this length on are looked for in parts; of shorter ones the beginning and the end, in full but for 4 characters. */
const LONG_SECRET = 16;
const CUT_OFF = 4;
/** What is shorter than this is looked for as it is only: in other spellings it would be found in ordinary words. */
const DISTINCT_LENGTH = 8;
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
 * entities brings to light, in each of those also with quoted-printable
 * decoded, and with blanks and control characters taken out; what is removed
 * are their places in the original.
 */
function withoutSecrets(text: string, secrets: readonly string[]): string {
  const needles = needlesOf(secrets);
  const spans: Span[] = [];
  let layer: Layer | undefined = { text, places: undefined };
  for (let depth = 0; layer !== undefined && depth < MAX_LAYERS; depth++) {
    // By itself: a token may hold what looks like it.
    const printable = rewrite(layer, QUOTED_PRINTABLE, decodeBytes);
    for (const one of printable === undefined ? [layer] : [layer, printable]) {
      findSecrets(one, needles, spans);
      findSpelled(rewrite(one, BLANKS, () => []) ?? one, needles, spans);
    }
    layer = rewrite(layer, ESCAPES, decodeEscape);
  }
  return replaceSpans(text, spans);
}

/** Offsets in the original text, the end not included. */
type Span = readonly [from: number, to: number];

/** One layer of decoding: its text, and where each of its characters begins and ends in the original. */
interface Layer {
  text: string;
  /** Undefined: the layer is the original itself. */
  places: { starts: Uint32Array; ends: Uint32Array } | undefined;
}

/** What is looked for. */
interface Needles {
  plain: readonly string[];
  /** Every part of a long credential. */
  parts: ReadonlySet<string>;
  /** In lower case and without blanks. */
  squeezed: readonly string[];
  squeezedParts: ReadonlySet<string>;
  /** The beginnings of credentials in hex, and what base64 makes of them wherever they begin. */
  hex: readonly Encoded[];
  base64: readonly Encoded[];
}

/** The beginning of an encoded credential. */
interface Encoded {
  text: string;
  /** How many characters before it hold bits of the credential, too. */
  before: number;
  /** How many characters the whole credential has from here on. */
  length: number;
}

/** A list of a thousand desktops has thousands of texts to clean with the same credentials. */
const needlesBySecrets = new WeakMap<readonly string[], Needles>();

function needlesOf(secrets: readonly string[]): Needles {
  const known = needlesBySecrets.get(secrets);
  if (known !== undefined) return known;
  const all = secrets.filter((secret) => secret !== "");
  // In a form a blank is written as "+".
  const written = all.flatMap((secret) => [secret, secret.replaceAll(" ", "+")]);
  const ends = written.filter(({ length }) => length < LONG_SECRET).flatMap(endsOf);
  const squeezed = [...written, ...ends]
    .map((one) => lowerCase(one.replace(BLANKS, "")))
    .filter(({ length }) => length >= DISTINCT_LENGTH);
  const bytes = all.map((secret) => Buffer.from(secret)).filter(({ length }) => length >= DISTINCT_LENGTH);
  const needles: Needles = {
    plain: [...new Set([...written, ...ends])],
    parts: partsOf(all),
    squeezed: [...new Set(squeezed)],
    squeezedParts: partsOf(squeezed),
    hex: bytes.map((one) => ({ text: headOf(one).toString("hex"), before: 0, length: 2 * one.length })),
    base64: bytes.flatMap((one) => [0, 1, 2].map((offset) => base64At(one, offset))),
  };
  needlesBySecrets.set(secrets, needles);
  return needles;
}

/** A short credential without up to four characters at its end or at its beginning. */
function endsOf(secret: string): string[] {
  const least = Math.max(DISTINCT_LENGTH, secret.length - CUT_OFF);
  const lengths = Array.from({ length: Math.max(0, secret.length - least) }, (_, more) => least + more);
  return lengths.flatMap((length) => [secret.slice(0, length), secret.slice(-length)]);
}

function partsOf(secrets: readonly string[]): ReadonlySet<string> {
  const parts = new Set<string>();
  for (const secret of secrets.filter(({ length }) => length >= LONG_SECRET)) {
    for (let at = 0; at + PART_LENGTH <= secret.length; at++) parts.add(secret.slice(at, at + PART_LENGTH));
  }
  return parts;
}

/** What must be there of a credential that may have been cut off. */
function headOf(bytes: Buffer): Buffer {
  return bytes.subarray(0, Math.max(DISTINCT_LENGTH, Math.min(bytes.length - CUT_OFF, PART_LENGTH)));
}

/** Base64 of bytes before which so many others stand, modulo 3: the characters that they alone decide. */
function base64At(bytes: Buffer, offset: number): Encoded {
  const head = headOf(bytes);
  const encoded = Buffer.concat([Buffer.alloc(offset), head]).toString("base64");
  const from = Math.ceil((offset * 8) / 6);
  return {
    text: encoded.slice(from, Math.floor(((offset + head.length) * 8) / 6)),
    before: offset === 0 ? 0 : 1,
    length: Math.ceil(((offset + bytes.length) * 8) / 6) - from,
  };
}

/** The same length as before, which `toLowerCase` does not promise. */
function lowerCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

type Note = (from: number, to: number) => void;

function noteIn({ places }: Layer, spans: Span[]): Note {
  return (from, to) => {
    if (to <= from) return;
    spans.push(places === undefined ? [from, to] : [places.starts[from] ?? 0, places.ends[to - 1] ?? 0]);
  };
}

function findSecrets(layer: Layer, { plain, parts }: Needles, spans: Span[]): void {
  const { text } = layer;
  const note = noteIn(layer, spans);
  findAll(text, plain, note);
  for (const echo of ECHOES) {
    for (const match of text.matchAll(echo)) {
      const place = match.indices?.[1];
      if (place !== undefined) note(...place);
    }
  }
  findParts(text, parts, note);
}

/** In text without blanks: whatever the case of letters, in hex, and in base64. */
function findSpelled(layer: Layer, needles: Needles, spans: Span[]): void {
  const note = noteIn(layer, spans);
  const lower = lowerCase(layer.text);
  findAll(lower, needles.squeezed, note);
  findParts(lower, needles.squeezedParts, note);
  findEncoded(lower, needles.hex, /[0-9a-f]*/y, note);
  const standard = layer.text.replace(/[-_]/g, (char) => (char === "-" ? "+" : "/"));
  findEncoded(standard, needles.base64, /[A-Za-z0-9+/]*={0,2}/y, note);
}

function findEncoded(text: string, needles: readonly Encoded[], run: RegExp, note: Note): void {
  for (const { text: needle, before, length } of needles) {
    findAll(text, [needle], (from) => {
      run.lastIndex = from;
      const there = run.exec(text.slice(0, from + length + 2))?.[0] ?? needle;
      const end = there.endsWith("=") ? there.length : Math.min(there.length, length);
      note(Math.max(0, from - before), from + end);
    });
  }
}

function findAll(text: string, needles: readonly string[], note: Note): void {
  for (const needle of needles) {
    for (let from = text.indexOf(needle); from >= 0; from = text.indexOf(needle, from + needle.length)) {
      note(from, from + needle.length);
    }
  }
}

function findParts(text: string, parts: ReadonlySet<string>, note: Note): void {
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

/** Names of HTML for ASCII, and for U+00A0 to U+00FF in order. */
const ASCII_NAMES: Readonly<Record<string, string>> = {
  ...{ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", commat: "@", sol: "/", bsol: "\\", plus: "+" },
  ...{ equals: "=", excl: "!", num: "#", dollar: "$", percnt: "%", lpar: "(", rpar: ")", ast: "*" },
  ...{ midast: "*", comma: ",", period: ".", colon: ":", semi: ";", quest: "?", lsqb: "[", lbrack: "[" },
  ...{ rsqb: "]", rbrack: "]", lcub: "{", lbrace: "{", rcub: "}", rbrace: "}", verbar: "|", vert: "|" },
  ...{ Hat: "^", lowbar: "_", UnderBar: "_", grave: "`", Tab: "\t", NewLine: "\n" },
};
const LATIN_NAMES =
  "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro " +
  "para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil " +
  "Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave " +
  "Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml " +
  "igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute " +
  "thorn yuml";
const NAMED = new Map([
  ...Object.entries(ASCII_NAMES),
  ...LATIN_NAMES.split(" ").map((name, at): [string, string] => [name, String.fromCharCode(0xa0 + at)]),
]);
const NAMES = [...NAMED.keys()].sort((a, b) => b.length - a.length).join("|");

/** JSON, JavaScript and C escapes, runs of percent-encoded bytes, and HTML entities, which may lack their end. */
const HEX = "[0-9a-fA-F]";
const ESCAPES = new RegExp(
  // By case: `\\u` and `\\U` take different numbers of digits.
  `\\\\u${HEX}{4}|\\\\u\\{${HEX}{1,6}\\}|\\\\U${HEX}{8}|\\\\x${HEX}{2}|(?:\\\\[0-3][0-7]{2})+|\\\\["'\\\\/bfnrt]` +
    `|(?:%${HEX}{2})+|&#[xX]${HEX}{1,10};?|&#[0-9]{1,10};?|&(?:${NAMES}|AMP|LT|GT|QUOT);?`,
  "g",
);
/** Bytes, and line breaks that are none. */
const QUOTED_PRINTABLE = /(?:=[0-9a-f]{2})+|=\r?\n/gi;
/** What may be put between the characters of a credential. */
const BLANKS = new RegExp(`(?:${CONTROLS.source}|\\s+)+`, "g");

const LETTERS: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/** What stands for a piece of text: characters, each with the offset in the piece at which it begins. */
type Decoded = readonly (readonly [text: string, offset: number])[];

/** The layer with each match replaced; undefined where there is none. */
function rewrite(
  { text, places }: Layer,
  pattern: RegExp,
  replaced: (match: string) => Decoded,
): Layer | undefined {
  const pieces: string[] = [];
  const [starts, ends] = [new Uint32Array(text.length), new Uint32Array(text.length)];
  let length = 0;
  let done = 0;
  const startOf = (index: number) => (places === undefined ? index : (places.starts[index] ?? 0));
  const endOf = (index: number) => (places === undefined ? index + 1 : (places.ends[index] ?? 0));
  const put = (piece: string, from: number, to: number) => {
    pieces.push(piece);
    starts.fill(startOf(from), length, length + piece.length);
    ends.fill(endOf(to - 1), length, length + piece.length);
    length += piece.length;
  };
  const copy = (to: number) => {
    pieces.push(text.slice(done, to));
    for (; done < to; done++, length++) {
      starts[length] = startOf(done);
      ends[length] = endOf(done);
    }
  };
  for (const match of text.matchAll(pattern)) {
    copy(match.index);
    const decoded = replaced(match[0]);
    decoded.forEach(([piece, offset], index) => {
      put(piece, match.index + offset, match.index + (decoded[index + 1]?.[1] ?? match[0].length));
    });
    done = match.index + match[0].length;
  }
  if (pieces.length === 0) return undefined;
  copy(text.length);
  return {
    text: pieces.join(""),
    places: { starts: starts.subarray(0, length), ends: ends.subarray(0, length) },
  };
}

/** The characters that an escape stands for. */
function decodeEscape(escape: string): Decoded {
  if (escape.startsWith("%")) return decodeBytes(escape);
  if (escape.startsWith("&#")) return [[codePoint(escape.replace(/^&#x/i, "0x").replace(/[&#;]/g, "")), 0]];
  if (escape.startsWith("&")) {
    const name = escape.replace(/[&;]/g, "");
    return [[NAMED.get(name) ?? NAMED.get(name.toLowerCase()) ?? escape, 0]];
  }
  if (/^\\[0-3][0-7]{2}/.test(escape)) return decodeBytes(escape);
  if (escape.length > 2) return [[codePoint(`0x${escape.slice(2).replace(/[{}]/g, "")}`), 0]];
  const letter = escape.slice(1);
  return [[LETTERS[letter] ?? letter, 0]];
}

function codePoint(written: string): string {
  const code = Number(written);
  return code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
}

/** A run of bytes, each written with `%`, `=` or in octal, read as UTF-8; a line break that is none is nothing. */
function decodeBytes(run: string): Decoded {
  if (/^=\r?\n/.test(run)) return [];
  const isOctal = run.startsWith("\\");
  const width = isOctal ? 4 : 3;
  const bytes = isOctal
    ? Buffer.from(
        run
          .slice(1)
          .split("\\")
          .map((digits) => parseInt(digits, 8)),
      )
    : Buffer.from(run.replaceAll(/[%=]/g, ""), "hex");
  const decoded: [string, number][] = [];
  for (let index = 0; index < bytes.length;) {
    const lead = bytes[index] ?? 0;
    const size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
    decoded.push([bytes.toString("utf8", index, Math.min(index + size, bytes.length)), index * width]);
    index += size;
  }
  return decoded;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
