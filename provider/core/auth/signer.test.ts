import { createHash, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import fc from "fast-check";

import { sign } from "./grant";

interface Vector {
  name: string;
  access_key: string;
  secret_key: string;
  method: string;
  host: string;
  path: string;
  query: [string, string][];
  headers: Record<string, string>;
  date: string;
  body: string;
  authorization: string;
  signed_uri: string;
}

const vectors = JSON.parse(readFileSync(join(__dirname, "testdata", "signing.json"), "utf8")) as Vector[];

const parseDate = (date: string) =>
  new Date(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));

const key = { accessKey: "AK", secretKey: "SK" };
const date = new Date("2026-01-02T03:04:05.678Z");

describe("what the official client signs", () => {
  test.each(vectors)("$name", (vector) => {
    const query = vector.query
      .map((pair) => pair.map((part) => encodeURIComponent(part)).join("="))
      .join("&");
    const request = {
      method: vector.method,
      url: `https://${vector.host}${vector.path}${query && `?${query}`}`,
      headers: vector.headers,
      ...(vector.body && { body: vector.body }),
    };
    expect(
      sign(request, { accessKey: vector.access_key, secretKey: vector.secret_key }, parseDate(vector.date)),
    ).toEqual({ "X-Sdk-Date": vector.date, Authorization: vector.authorization });
  });

  test("the same, with the query as it goes over the wire", () => {
    for (const vector of vectors) {
      const signed = sign(
        {
          method: vector.method,
          url: `https://${vector.host}${vector.signed_uri}`,
          headers: vector.headers,
          body: vector.body,
        },
        { accessKey: vector.access_key, secretKey: vector.secret_key },
        parseDate(vector.date),
      );
      expect(signed.Authorization).toBe(vector.authorization);
    }
  });
});

describe("for any request", () => {
  // A second reading of the rules that shares no code with the signer: bytes in, bytes out.
  const unreserved = /[A-Za-z0-9\-._~]/;
  const escape = (text: string) =>
    [...Buffer.from(text)]
      .map((byte) => {
        const char = String.fromCharCode(byte);
        return unreserved.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
      })
      .join("");
  const hex = (text: string) => createHash("sha256").update(text).digest("hex");

  const text = fc.string({ unit: "binary", maxLength: 8 });
  const segment = text.filter((s) => s !== "." && s !== "..");

  test("signs the encoded bytes", () => {
    fc.assert(
      fc.property(
        fc.array(segment, { maxLength: 4 }),
        fc.uniqueArray(fc.tuple(text, text), {
          maxLength: 5,
          selector: ([name, value]) => `${name} ${value}`,
        }),
        text,
        (segments, query, body) => {
          const path = `/v2/${segments.map(escape).join("/")}`;
          const search = query.map((pair) => pair.map(escape).join("=")).join("&");
          const signed = sign(
            {
              method: "POST",
              url: `https://example.test${path}${search && `?${search}`}`,
              headers: {},
              body,
            },
            key,
            date,
          );

          const sorted = query
            .map(([name, value]) => ({
              name: Buffer.from(name),
              value: Buffer.from(value),
              name_: name,
              value_: value,
            }))
            .sort((a, b) => Buffer.compare(a.name, b.name) || Buffer.compare(a.value, b.value))
            .map(({ name_, value_ }) => `${escape(name_)}=${escape(value_)}`)
            .join("&");
          const canonical = [
            "POST",
            path.endsWith("/") ? path : `${path}/`,
            sorted,
            "host:example.test",
            "x-sdk-date:20260102T030405Z",
            "",
            "host;x-sdk-date",
            hex(body),
          ].join("\n");
          const expected = createHmac("sha256", "SK")
            .update(`SDK-HMAC-SHA256\n20260102T030405Z\n${hex(canonical)}`)
            .digest("hex");
          expect(signed.Authorization).toBe(
            `SDK-HMAC-SHA256 Access=AK, SignedHeaders=host;x-sdk-date, Signature=${expected}`,
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  test("the order of the query and a plus for a space make no difference", () => {
    const signed = (query: string) =>
      sign({ method: "GET", url: `https://example.test/v2?${query}`, headers: {} }, key, date).Authorization;
    expect(signed("a=1&b=x+y&a=0")).toBe(signed("b=x%20y&a=0&a=1"));
    expect(signed("a=1")).not.toBe(signed("a=2"));
  });

  test("the case and order of headers make no difference, the port of the host does", () => {
    const signed = (url: string, headers: Record<string, string>) =>
      sign({ method: "GET", url, headers }, key, date).Authorization;
    expect(signed("https://example.test/", { "X-B": " 1 ", "x-a": "2" })).toBe(
      signed("https://example.test:443/", { "X-A": "2", "x-b": "1" }),
    );
    expect(signed("https://example.test:8443/", {})).not.toBe(signed("https://example.test/", {}));
  });
});
