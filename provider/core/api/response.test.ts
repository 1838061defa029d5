import { ApiError } from "../errors";
import type { HttpResponse } from "../host";
import { id, isObject, list, missing, number, readAnswer, retryAfter, text } from "./response";

const now = new Date("2026-01-02T03:04:05Z");
const request = { method: "GET", url: "https://w.test/v2/p/x?a=1" } as const;

function read(response: Partial<HttpResponse>, secrets: string[] = []) {
  return readAnswer(request, { status: 200, headers: {}, text: "", ...response }, now, secrets, "x:y:z");
}

function refusal(response: Partial<HttpResponse>, secrets: string[] = []): ApiError {
  try {
    read(response, secrets);
  } catch (error) {
    if (error instanceof ApiError) return error;
  }
  throw new Error("it was taken for an answer");
}

test("a success with an object is an answer", () => {
  const headers = { "x-request-id": "r", date: "Fri, 02 Jan 2026 03:04:00 GMT" };
  expect(read({ status: 201, headers, text: '{"a":1}' })).toMatchObject({
    body: { a: 1 },
    requestId: "r",
    serverTime: Date.parse("2026-01-02T03:04:00Z"),
    method: "GET",
    path: "/v2/p/x",
  });
  expect(read({ text: "{}", headers: { date: "yesterday" } }).serverTime).toBeUndefined();
});

test.each<[string, string]>([
  ["without a code", '{"job_id":"j"}'],
  ["with an empty code", '{"error_code":"","error_msg":""}'],
  ["with a code that means none", '{"error_code":"0"}'],
  ["with a code beside the answer", '{"error_code":"WKS.1","job_id":"j"}'],
  ["with a code of another type", '{"error_code":7}'],
])("a success %s is an answer", (_, body) => {
  expect(read({ text: body }).body).toEqual(JSON.parse(body));
});

test.each<[string, string, RegExp]>([
  ["HTML", "<html>\n <h1>Welcome</h1></html>", /200 \(no code\): <html> <h1>Welcome<\/h1><\/html>/],
  ["nothing", "", /an empty answer/],
  ["white space", " \n", /an empty answer/],
  ["half a JSON", '{"job_id": "a', /\{"job_id": "a/],
  ["an array", "[1,2]", /\[1,2\]/],
  ["null", "null", /null/],
  ["a very long text", "x".repeat(1000), /: x{200}… /],
])("a success with %s is none", (_, body, says) => {
  const error = refusal({ text: body });
  expect(error.message).toMatch(says);
  expect(error).toMatchObject({ status: 200, serviceCode: "", path: "/v2/p/x", code: "HWD1308" });
});

const says = (error_code: string) => JSON.stringify({ error_code, error_msg: "no" });

test.each<[string, number, string, string]>([
  ["a refusal that comes as a success", 200, says("WKS.00010109"), "HWD1301"],
  ["a conflict that comes as a success", 200, says("WKS.0407"), "HWD1305"],
  ["400 with the service's code", 400, says("WKS.0400"), "HWD1301"],
  ["400 with the code of a conflict", 400, says("WKS.0407"), "HWD1305"],
  ["400 that may mean not found", 400, says("WKS.0001"), "HWD1304"],
  ["401", 401, says("APIGW.0301"), "HWD1303"],
  ["403", 403, says("APIGW.0302"), "HWD1302"],
  ["403 as HTML", 403, "<html>", "HWD1302"],
  ["404 with the service's code", 404, says("WKS.00010404"), "HWD1304"],
  ["404 of the gateway", 404, says("APIGW.0101"), "HWD1304"],
  ["a bare 404", 404, "", "HWD1304"],
  ["409 in any form", 409, "<html>busy</html>", "HWD1305"],
  ["429", 429, "", "HWD1306"],
  ["the gateway's code for throttling", 403, says("APIGW.0308"), "HWD1306"],
  ["500", 500, says("WKS.0500"), "HWD1307"],
  ["500 that may mean not found", 500, says("WKS.0202"), "HWD1304"],
  ["502 as HTML", 502, "<html>", "HWD1307"],
  ["a redirect", 302, "", "HWD1308"],
  ["400 as HTML", 400, "<html>", "HWD1308"],
])("%s has its stable code", (_, status, body, code) => {
  expect(refusal({ status, text: body }).code).toBe(code);
});

test.each<[string, Partial<HttpResponse>, Partial<ApiError>]>([
  [
    "code and words of the service",
    { status: 404, text: '{"error_code":"WKS.1","error_msg":"gone","request_id":"r2"}' },
    { status: 404, serviceCode: "WKS.1", reason: "gone", requestId: "r2" },
  ],
  [
    "the request id of the header before that of the body",
    { status: 500, headers: { "x-request-id": "r1" }, text: '{"request_id":"r2"}' },
    { requestId: "r1" },
  ],
  [
    "codes that are no text",
    { status: 400, text: '{"error_code":5,"error_msg":{}}' },
    { serviceCode: "", status: 400, reason: '{"error_code":5,"error_msg":{}}' },
  ],
  ["a redirect", { status: 302, text: "" }, { status: 302, reason: "an empty answer" }],
  [
    "Retry-After and the service's time",
    { status: 429, headers: { "retry-after": "3", date: "Fri, 02 Jan 2026 03:04:00 GMT" }, text: "{}" },
    { status: 429, retryAfterMs: 3000, serverTime: Date.parse("2026-01-02T03:04:00Z") },
  ],
  [
    "the permission that is missing",
    { status: 403, text: "{}" },
    { next: expect.stringContaining("x:y:z") as string },
  ],
])("a refusal with %s", (_, response, facts) => {
  expect(refusal(response)).toMatchObject(facts);
});

describe("what others wrote", () => {
  const token = "MIIF+secret/token=with~everything";
  const control = "\u001b[31m\r\n\u202e";

  test.each<[string, Partial<HttpResponse>]>([
    [
      "the message",
      { status: 400, text: JSON.stringify({ error_code: "WKS.1", error_msg: `${token}${control}` }) },
    ],
    ["the code", { status: 400, text: JSON.stringify({ error_code: `WKS.${token}${control}` }) }],
    ["the request id", { status: 400, headers: { "x-request-id": `${token}${control}` }, text: "{}" }],
    [
      "the request id of the body",
      { status: 400, text: JSON.stringify({ request_id: `${token}${control}` }) },
    ],
    [
      "a page of a proxy",
      { status: 502, text: `<p>X-Auth-Token: ${encodeURIComponent(token)}${control}</p>` },
    ],
    ["400 kB", { status: 500, text: `${"x".repeat(150)}${token}${"y".repeat(400_000)}` }],
    ["an answer cut in the middle of a credential", { status: 500, text: `${"x".repeat(190)}${token}` }],
  ])("is clean and short: %s", (_, response) => {
    const { message } = refusal(response, [token]);
    expect(message).not.toMatch(/MIIF|secret\/|everything/);
    expect(Array.from(message).every((char) => char >= " " && char !== "\u202e")).toBe(true);
    expect(message.length).toBeLessThan(700);
  });
});

test("a success that lacks what was asked for says what is wrong and how it begins", () => {
  const error = missing(read({ text: '{"a":1}' }), "it has no job_id");
  expect(error.message).toMatch(/not as documented: it has no job_id; it begins \{"a":1\}/);
  expect(error).toMatchObject({ status: 200, code: "HWD1309" });
  const refused = missing(
    read({ text: '{"error_code":"WKS.7","error_msg":"no","x":1}' }),
    "it has no job_id",
  );
  expect(refused).toMatchObject({ status: 200, code: "HWD1301", serviceCode: "WKS.7", reason: "no" });
});

test.each<[string | undefined, number | undefined]>([
  [undefined, undefined],
  ["", undefined],
  ["0", 0],
  ["120", 120_000],
  [" 5 ", 5000],
  ["Fri, 02 Jan 2026 03:04:15 GMT", 10_000],
  ["Fri, 02 Jan 2026 03:04:00 GMT", 0],
  ["soon", undefined],
  ["-1", undefined],
  ["1.5", undefined],
  ["5 seconds", undefined],
  ["9".repeat(400), undefined],
])("Retry-After %j is %j ms", (value, expected) => {
  expect(retryAfter(value, now)).toBe(expected);
});

test("fields of the wrong kind are left out", () => {
  expect([text("a"), text(1), text(null)]).toEqual(["a", undefined, undefined]);
  expect([1, "2", "2.5", "", "2x", "-1", NaN, Infinity, null, true].map(number)).toEqual([
    1,
    2,
    2.5,
    ...Array.from({ length: 7 }, () => undefined),
  ]);
  expect(["a-1", "", "a b", "a\n", 7, "x".repeat(256)].map(id)).toEqual([
    "a-1",
    ...Array.from({ length: 5 }, () => undefined),
  ]);
  expect([{}, [], null, "a"].map(isObject)).toEqual([true, false, false, false]);
  expect([[], null, {}, undefined].map(list)).toEqual([[], undefined, undefined, undefined]);
});
