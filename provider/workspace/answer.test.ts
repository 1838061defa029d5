import type { HttpRequest, HttpResponse } from "../auth/http";
import { isObject, number, readAnswer, retryAfter, text, wrongShape } from "./answer";
import { ApiError } from "./errors";

const now = new Date("2026-01-02T03:04:05Z");
const request: HttpRequest = { method: "GET", url: "https://w.test/v2/p/x?a=1", headers: {}, timeoutMs: 1 };

function read(response: Partial<HttpResponse>) {
  return readAnswer(request, { status: 200, headers: {}, text: "", ...response }, now);
}

function refusal(response: Partial<HttpResponse>): ApiError {
  try {
    read(response);
  } catch (error) {
    if (error instanceof ApiError) return error;
  }
  throw new Error("it was taken for an answer");
}

test("a success with an object is an answer", () => {
  const headers = { "x-request-id": "r", date: "Fri, 02 Jan 2026 03:04:00 GMT" };
  expect(read({ status: 201, headers, text: '{"a":1}' })).toEqual({
    body: { a: 1 },
    requestId: "r",
    serverTime: Date.parse("2026-01-02T03:04:00Z"),
    method: "GET",
    path: "/v2/p/x",
  });
  expect(read({ text: "{}", headers: { date: "yesterday" } }).serverTime).toBeUndefined();
});

test.each<[string, string, RegExp]>([
  ["HTML", "<html>\n <h1>Welcome</h1></html>", /200 \(no code\): <html> <h1>Welcome<\/h1><\/html>/],
  ["nothing", "", /an empty answer/],
  ["white space", " \n", /an empty answer/],
  ["half a JSON", '{"job_id": "a', /\{"job_id": "a/],
  ["an array", "[1,2]", /\[1,2\]/],
  ["null", "null", /null/],
  ["a number", "7", /: 7/],
  ["a very long text", "x".repeat(1000), /: x{200}… /],
])("a success with %s is none", (_, body, says) => {
  const error = refusal({ text: body });
  expect(error.message).toMatch(says);
  expect(error).toMatchObject({ status: 200, code: "", path: "/v2/p/x" });
});

test.each<[string, Partial<HttpResponse>, Partial<ApiError>]>([
  [
    "code and words of the service",
    { status: 404, text: '{"error_code":"WKS.1","error_msg":"gone","request_id":"r2"}' },
    { status: 404, code: "WKS.1", reason: "gone", requestId: "r2" },
  ],
  [
    "the request id of the header before that of the body",
    { status: 500, headers: { "x-request-id": "r1" }, text: '{"request_id":"r2"}' },
    { requestId: "r1" },
  ],
  [
    "codes that are no text",
    { status: 400, text: '{"error_code":5,"error_msg":{}}' },
    { code: "", status: 400 },
  ],
  ["an array", { status: 502, text: "[]" }, { status: 502, code: "", reason: "[]" }],
  ["a redirect", { status: 302, text: "" }, { status: 302, reason: "an empty answer" }],
  [
    "Retry-After",
    { status: 429, headers: { "retry-after": "3" }, text: "{}" },
    { status: 429, retryAfterMs: 3000 },
  ],
])("a refusal with %s", (_, response, facts) => {
  expect(refusal(response)).toMatchObject(facts);
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
  expect([{}, [], null, "a"].map(isObject)).toEqual([true, false, false, false]);
});

test("a success of another shape says what is wrong and how it begins", () => {
  const error = wrongShape(read({ text: '{"a":1}' }), "it has no job_id");
  expect(error.message).toMatch(/not as documented: it has no job_id; it begins \{"a":1\}/);
  expect(error.status).toBe(200);
});
