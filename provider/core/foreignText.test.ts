import { cleanForeignText } from "./foreignText";

const token = `MIIFyQYJKoZIhvcNAQcCoIIFujCCBbYCAQExDTALBglghkgBZQMEAgE+/=${"Ab9".repeat(200)}`;
const password = 'pa"ss <w&rd> é\\1';
const accessKey = "AKIA0EXAMPLE1";
const secrets = [token, password, accessKey];

const json = (text: string) => JSON.stringify(text).slice(1, -1);
const html = (text: string) =>
  text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
const decimalHtml = (text: string) => Array.from(text, (char) => `&#${char.codePointAt(0) ?? 0};`).join("");
const hexHtml = (text: string) =>
  Array.from(text, (char) => `&#X${(char.codePointAt(0) ?? 0).toString(16)};`).join("");
const unicode = (text: string) =>
  Array.from(text, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
const allPercent = (text: string) =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
const form = (text: string) => new URLSearchParams({ q: text }).toString().slice(2);

const NAMES: Readonly<Record<string, string>> = {
  é: "&eacute;",
  "\\": "&bsol;",
  "/": "&sol;",
  "+": "&plus;",
  "=": "&equals;",
};
const quotedPrintable = (text: string) =>
  [...Buffer.from(text)]
    .map((byte) =>
      byte > 126 || byte === 0x3d ? `=${byte.toString(16).toUpperCase()}` : String.fromCharCode(byte),
    )
    .join("")
    .replace(/(.{60})(?=.)/g, "$1=\r\n");
const octal = (text: string) =>
  [...Buffer.from(text)].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
const wrapped = (text: string, width: number) =>
  text.match(new RegExp(`.{1,${width}}`, "gs"))?.join("\r\n ") ?? "";

describe("a credential is taken out", () => {
  test.each<[string, (secret: string) => string]>([
    ["as it is", (secret) => secret],
    ["with JSON escapes", json],
    ["with JSON escapes twice", (secret) => json(json(secret))],
    ["with every character as \\u", unicode],
    ["URL-encoded", encodeURIComponent],
    ["with every byte URL-encoded", allPercent],
    ["URL-encoded twice", (secret) => encodeURIComponent(encodeURIComponent(secret))],
    ["as a form field", form],
    ["with HTML entities", html],
    ["with decimal entities", decimalHtml],
    ["with hexadecimal entities", hexHtml],
    ["URL-encoded in HTML in JSON", (secret) => json(html(encodeURIComponent(secret)))],
    ["HTML in JSON in JSON", (secret) => json(json(html(secret)))],
    [
      "URL-encoded six times",
      (secret) => Array.from({ length: 6 }).reduce<string>(encodeURIComponent, secret),
    ],
    ["with entities without an end", (secret) => decimalHtml(secret).replaceAll(";", "")],
    ["with entities with zeros", (secret) => hexHtml(secret).replaceAll("&#X", "&#x0000")],
    ["with named entities", (secret) => html(secret).replace(/[é\\/+=]/g, (char) => NAMES[char] ?? char)],
    ["quoted-printable", quotedPrintable],
    ["quoted-printable in JSON", (secret) => json(quotedPrintable(secret))],
    ["in octal", (secret) => octal(secret)],
    [
      "with \\u{}",
      (secret) => Array.from(secret, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`).join(""),
    ],
    [
      "with \\U and eight digits",
      (secret) =>
        Array.from(secret, (char) => `\\U${(char.codePointAt(0) ?? 0).toString(16).padStart(8, "0")}`).join(
          "",
        ),
    ],
    ["in hex", (secret) => Buffer.from(secret).toString("hex")],
    ["in hex, in capitals", (secret) => Buffer.from(secret).toString("hex").toUpperCase()],
    ["in base64", (secret) => Buffer.from(secret).toString("base64")],
    ["in base64 for URLs", (secret) => Buffer.from(secret).toString("base64url")],
    ["in base64, wrapped", (secret) => wrapped(Buffer.from(secret).toString("base64"), 76)],
    ["in base64 in JSON", (secret) => json(Buffer.from(secret).toString("base64")).replaceAll("/", "\\/")],
    ["wrapped every 8 characters", (secret) => wrapped(secret, 8)],
    ["with a blank between all characters", (secret) => Array.from(secret).join(" ")],
    ["with a control character within", (secret) => `${secret.slice(0, 9)}\u0000${secret.slice(9)}`],
    ["with a character of no width within", (secret) => `${secret.slice(0, 9)}\u200b${secret.slice(9)}`],
    ["without its last character", (secret) => secret.slice(0, -1)],
    ["without its last four characters", (secret) => secret.slice(0, -4)],
    ["without its first character", (secret) => secret.slice(1)],
    ["in capitals", (secret) => secret.replace(/[a-z]/g, (char) => char.toUpperCase())],
  ])("%s", (_, encode) => {
    for (const secret of secrets) {
      const text = cleanForeignText(`first (${encode(secret)}) : (${encode(secret)}) then`, secrets);
      expect(text).toBe("first ([secret]) : ([secret]) then");
    }
  });

  test.each<[string, string, string]>([
    ["a header of ours", `X-Auth-Token: ${token}`, "X-Auth-Token: [secret]"],
    ["a header of an older token", "x-auth-token: 0123456789abcdef0123", "x-auth-token: [secret]"],
    ["a header in JSON", '{"X-Security-Token":"0123456789abcdef0123"}', '{"X-Security-Token":"[secret]"}'],
    ["a header in a list", "X-Subject-Token=[0123456789abcdef0123], a", "X-Subject-Token=[[secret]], a"],
    [
      "a signature",
      `Authorization: SDK-HMAC-SHA256 Access=OTHERKEY123, SignedHeaders=host, Signature=${"0a".repeat(32)}`,
      "Authorization: [secret], SignedHeaders=host, Signature=[secret]",
    ],
    [
      "what a proxy is sent",
      "Proxy-Authorization: Basic dXNlcjpwYXNzd29yZA==",
      "Proxy-Authorization: [secret]",
    ],
    ["a token that the service has cut", `token ${token.slice(0, 40)}… is wrong`, "token [secret]… is wrong"],
    [
      "a user and a password in base64",
      `Basic ${Buffer.from(`user:${password}`).toString("base64")} is wrong`,
      "Basic dXNlcj[secret] is wrong",
    ],
    ["the end of a token", `… ${token.slice(-30)} is wrong`, "… [secret] is wrong"],
    ["words about tokens stay", "X-Auth-Token: must not be empty", "X-Auth-Token: must not be empty"],
    ["no credential", "100% of 5 & 6 \\ 7", "100% of 5 & 6 \\ 7"],
  ])("in %s", (_, text, shown) => {
    expect(cleanForeignText(text, secrets)).toBe(shown);
  });

  test("before the text is cut: no part of it stays at the end", () => {
    for (let before = 440; before <= 500; before++) {
      const shown = cleanForeignText(`${"x".repeat(before)}${unicode(accessKey)}`, [accessKey]);
      expect(shown.replace(/^x+/, "")).not.toMatch(/[A-Z0-9\\]/);
    }
  });
});

test.each<[string, string, string]>([
  ["line breaks and tabs", "a\r\n\tb", "a b"],
  ["a terminal sequence", "a\u001b[31mred\u0007", "a [31mred"],
  ["C1 controls", "a\u009b31mb", "a 31mb"],
  ["marks that reorder text", "a\u202eb\u2066c\u200bd", "a b c d"],
  ["separators", "a\u2028b\ufeff", "a b"],
])("%s never reach the terminal raw", (_, text, shown) => {
  expect(cleanForeignText(text, [])).toBe(shown);
});

test("a long text is cut, never within a character", () => {
  expect(cleanForeignText("x".repeat(1000), [])).toBe(`${"x".repeat(500)}…`);
  expect(cleanForeignText(`${"x".repeat(9)}😀${"x".repeat(9)}`, [], 10)).toBe(`${"x".repeat(9)}…`);
});

test.each<[string, string]>([
  ["plain", "x".repeat(400_000)],
  ["blanks", " ".repeat(400_000)],
  ["backslashes", "\\".repeat(400_000)],
  ["percent signs", "%25".repeat(133_000)],
  ["entities", "&amp;".repeat(80_000)],
  ["header names", "authorization ".repeat(28_000)],
  ["many credentials", `${token} `.repeat(600)],
])("400 kB of %s take no longer than linear time", (_, text) => {
  const start = process.cpuUsage();
  const shown = cleanForeignText(text, secrets);
  // Below 150 ms of this process' own time, which no other process adds to; quadratic time would be minutes.
  expect(process.cpuUsage(start).user / 1000).toBeLessThan(2_000);
  expect(shown.length).toBeLessThanOrEqual(501);
});
