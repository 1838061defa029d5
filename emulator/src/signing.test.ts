import { parseAuthorization, parseSdkDate, sameSignature, signatureOf } from "./signing";
import vectors from "./testing/signing-vectors.json";

describe("signatureOf", () => {
  test.each(vectors)("is what the official client signs with: $name", (vector) => {
    const headers: Record<string, string> = { host: vector.host, "x-sdk-date": vector.date };
    for (const [name, value] of Object.entries(vector.headers)) headers[name.toLowerCase()] = value;
    const authorization = parseAuthorization(vector.authorization);
    expect(authorization?.accessKey).toBe(vector.access_key);
    const names = authorization?.signedHeaders ?? [];
    const request = {
      method: vector.method,
      url: vector.signed_uri,
      headers,
      body: Buffer.from(vector.body),
    };
    const signature = signatureOf(request, names, vector.date, vector.secret_key);
    expect(sameSignature(signature, authorization?.signature ?? "")).toBe(true);
    expect(sameSignature(signatureOf(request, names, vector.date, "other"), signature)).toBe(false);
  });

  test("is the same for a query in another order, and for a path written with escapes", () => {
    const sign = (url: string): string =>
      signatureOf({ method: "GET", url, headers: {}, body: Buffer.alloc(0) }, [], "20260102T030405Z", "s");
    expect(sign("/v2/p?b=2&a=1&a=0")).toBe(sign("/v2/p/?a=0&a=1&b=2"));
    expect(sign("/v2/a%2Db?x=%7E")).toBe(sign("/v2/a-b?x=~"));
    expect(sign("/v2/p?a=1")).not.toBe(sign("/v2/p?a=2"));
  });

  test("covers header values as UTF-8, and without the blanks around them", () => {
    const sign = (value: string): string =>
      signatureOf({ method: "GET", url: "/", headers: { x: value }, body: Buffer.alloc(0) }, ["x"], "d", "s");
    expect(sign(" a ")).toBe(sign("a"));
    expect(sign(Buffer.from("桌").toString("latin1"))).not.toBe(sign("?"));
  });
});

test.each([
  "",
  "Basic abc",
  "SDK-HMAC-SHA256 Access=a, SignedHeaders=host",
  "SDK-HMAC-SHA256 Access=a, SignedHeaders=host, Signature=12",
])("an Authorization header that no access key makes: %j", (header) => {
  expect(parseAuthorization(header)).toBeUndefined();
});

test("dates are read to the second, and only where they are dates", () => {
  expect(parseSdkDate("20260102T030405Z")).toBe(Date.UTC(2026, 0, 2, 3, 4, 5));
  expect(parseSdkDate("20261302T030405Z")).toBeUndefined();
  expect(parseSdkDate("2026-01-02T03:04:05Z")).toBeUndefined();
});
