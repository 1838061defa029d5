import fc from "fast-check";
import { broken } from "../../../testing/scripted";
import { ApiError, CredentialsError } from "../errors";
import {
  backoff,
  classifyFailedWrite,
  type FailedWrite,
  isLasting,
  mayConcernOneDisk,
  worthRepeatingMs,
} from "./retry";
import { readAnswer } from "./response";

/** The error that an answer of this status and code is. */
function answered(status: number, code = "", text?: string): ApiError {
  const body = text ?? (code === "" ? "" : JSON.stringify({ error_code: code, error_msg: "x" }));
  try {
    readAnswer({ method: "POST", url: "https://w.test/" }, { status, headers: {}, text: body }, new Date());
  } catch (error) {
    if (error instanceof ApiError) return error;
  }
  throw new Error("it was taken for an answer");
}

describe("a change that failed", () => {
  test.each<[string, Parameters<typeof classifyFailedWrite>[0], FailedWrite]>([
    ["no connection", broken("no"), "never sent"],
    ["an unknown host", broken("no", "ENOTFOUND"), "never sent"],
    ["a proxy that refuses", broken("no", "EPROXY"), "never sent"],
    ["IAM is down", new CredentialsError("unreachable", "x"), "never sent"],
    ["a connection that was cut", broken("unknown"), "unknown"],
    ["302", answered(302), "unknown"],
    ["307", answered(307), "unknown"],
    ["408", answered(408), "unknown"],
    ["500", answered(500, "WKS.0500"), "unknown"],
    ["502 as HTML", answered(502, "", "<html>"), "unknown"],
    ["503", answered(503), "unknown"],
    ["504", answered(504), "unknown"],
    ["a success that is cut", answered(200, "", '{"job'), "unknown"],
    ["a success of a portal", answered(200, "", "<html>"), "unknown"],
    ["409 with a code", answered(409, "WKS.00010032"), "not now"],
    ["409 with an unknown code", answered(409, "WKS.99"), "not now"],
    ["a bare 409", answered(409), "not now"],
    ["400 that disks are being added", answered(400, "WKS.0407"), "not now"],
    ["200 that disks are being added", answered(200, "WKS.0407"), "not now"],
    ["200 that the status denies it", answered(200, "WKS.00010032"), "not now"],
    ["200 with the emulator's conflict", answered(200, "WKS.00010409"), "not now"],
    ["429", answered(429), "not now"],
    ["429 of the gateway", answered(429, "APIGW.0308"), "not now"],
    ["the gateway's throttling under another status", answered(400, "APIGW.0308"), "not now"],
    ["200 with a refusal", answered(200, "WKS.00010109"), "refused"],
    ["400", answered(400, "WKS.0400"), "refused"],
    ["401", answered(401, "APIGW.0301"), "refused"],
    ["403", answered(403, "WKS.00010099"), "refused"],
    ["404 about the desktop", answered(404, "WKS.00010404"), "refused"],
    ["422", answered(422, "WKS.1"), "refused"],
    ["400 that means not found", answered(400, "WKS.0001"), "refused"],
    ["500 that means not found", answered(500, "WKS.0202"), "refused"],
    ["403 of the gateway", answered(403, "APIGW.0302"), "refused"],
    ["404 of the gateway: no such API", answered(404, "APIG.0101"), "refused"],
    ["403 of whoever checks policies", answered(403, "PAP5.0011"), "refused"],
    ["400 of the gateway", answered(400, "APIGW.0106"), "unknown"],
    ["404 of the gateway about what is behind it", answered(404, "APIGW.0201"), "unknown"],
    ["403 of the gateway about itself", answered(403, "APIGW.0501"), "unknown"],
    ["200 of the gateway", answered(200, "APIGW.0101"), "unknown"],
    ["404 of whoever it is", answered(404, "X.1"), "unknown"],
    ["a bare 400", answered(400), "unknown"],
    ["400 as HTML", answered(400, "", "<html>Bad Request</html>"), "unknown"],
    ["400 as JSON of others", answered(400, "", '{"message":"bad request"}'), "unknown"],
    ["a bare 401", answered(401), "unknown"],
    ["403 as HTML of a firewall", answered(403, "", "<html>"), "unknown"],
    ["404 without a code", answered(404), "unknown"],
    ["404 as HTML", answered(404, "", "<html>"), "unknown"],
    ["405", answered(405), "unknown"],
    ["413", answered(413), "unknown"],
    ["499", answered(499), "unknown"],
    ["499 with a code", answered(499, "WKS.0400"), "unknown"],
    ["408 with a code", answered(408, "WKS.0400"), "unknown"],
    ["200 that the service failed", answered(200, "WKS.0500"), "unknown"],
    ["200 that a part of it failed", answered(200, "WKS.00030500"), "unknown"],
    ["400 that the service failed", answered(400, "WKS.0500"), "unknown"],
    ["200 with a number for a code", answered(200, "500"), "unknown"],
  ])("by %s", (_, error, outcome) => {
    expect(classifyFailedWrite(error, { namesDisks: true })).toBe(outcome);
  });

  test.each<[string, ApiError, FailedWrite]>([
    ["500: of a failure of its own", answered(500, "WKS.0202"), "unknown"],
    ["400: of the request", answered(400, "WKS.0001"), "refused"],
    ["200: of the request", answered(200, "WKS.0202"), "refused"],
  ])("an add names no disk that may be unknown: not found with %s", (_, error, outcome) => {
    expect(classifyFailedWrite(error, { namesDisks: false })).toBe(outcome);
  });

  test.each<[string, unknown, boolean]>([
    ["403 of a firewall", answered(403, "", "<html>"), true],
    ["400 as HTML", answered(400, "", "<html>"), true],
    ["405", answered(405), true],
    ["500 that means not found", answered(500, "WKS.0202"), true],
    ["a bare 401: credentials are renewed", answered(401), false],
    ["408", answered(408), false],
    ["a conflict", answered(400, "WKS.0407"), false],
    ["429", answered(429), false],
    ["499", answered(499), false],
    ["504", answered(504), false],
    ["302", answered(302), false],
    ["200 that the service failed", answered(200, "WKS.0500"), false],
    ["a cut connection", broken("unknown"), false],
  ])("fails again if it is sent again: %s", (_, error, lasts) => {
    expect(isLasting(error)).toBe(lasts);
  });
});

describe("a read that failed is worth repeating", () => {
  test.each<[string, unknown, number]>([
    ["a cut connection: for ever", broken("unknown"), Infinity],
    ["a refused connection: for ever", broken("no"), Infinity],
    ["an unknown host: two minutes", broken("no", "ENOTFOUND"), 120_000],
    ["a resolver without an answer: two minutes", broken("no", "EAI_AGAIN"), 120_000],
    ["a proxy that refuses: a minute", broken("no", "EPROXY"), 60_000],
    ["an untrusted certificate: never", broken("no", "DEPTH_ZERO_SELF_SIGNED_CERT"), 0],
    ["IAM is down: for ever", new CredentialsError("unreachable", "x"), Infinity],
    [
      "an unknown IAM: two minutes",
      new CredentialsError("unreachable", "x", { systemCode: "ENOTFOUND" }),
      120_000,
    ],
    ["refused credentials: never", new CredentialsError("refused", "x"), 0],
    ["expired credentials: never", new CredentialsError("expired", "x"), 0],
    ["429: for ever", answered(429), Infinity],
    ["409: for ever", answered(409), Infinity],
    ["408: for ever", answered(408), Infinity],
    ["500: for ever", answered(500, "WKS.0500"), Infinity],
    ["503: for ever", answered(503), Infinity],
    ["500 that means not found: never", answered(500, "WKS.0202"), 0],
    ["200 with a refusal: never", answered(200, "WKS.00010404"), 0],
    ["400: never", answered(400, "WKS.0400"), 0],
    ["403: never", answered(403), 0],
    ["404: never", answered(404), 0],
    ["302: never", answered(302), 0],
    ["a defect of ours: never", new Error("x"), 0],
  ])("after %s", (_, error, ms) => {
    expect(worthRepeatingMs(error, 1)).toBe(ms);
  });

  test("after a success that cannot be read: three times in all", () => {
    const error = answered(200, "", "{");
    expect([1, 2, 3].map((attempt) => worthRepeatingMs(error, attempt) > 0)).toEqual([true, true, false]);
  });
});

test.each<[string, unknown, boolean]>([
  ["400 of the service", answered(400, "WKS.0400"), true],
  ["404 of the service", answered(404, "WKS.00020404"), true],
  ["422 of the service", answered(422, "WKS.1"), true],
  ["200 with a refusal", answered(200, "WKS.00010109"), true],
  ["500 that means not found", answered(500, "WKS.0202"), true],
  ["400 of the gateway", answered(400, "APIGW.0201"), false],
  ["a bare 404", answered(404), false],
  ["403", answered(403, "WKS.1"), false],
  ["500", answered(500, "WKS.0500"), false],
  ["a cut connection", broken("unknown"), false],
])("%s may be about one disk of several: %s %s", (_, error, may) => {
  expect(mayConcernOneDisk(error)).toBe(may);
});

test("a backoff doubles from the first up to the most", () => {
  const random = () => 1;
  expect([1, 2, 3, 6, 7, 8, 1000].map((attempt) => backoff(attempt, { random }))).toEqual([
    500, 1000, 2000, 16_000, 30_000, 30_000, 30_000,
  ]);
});

test("the last half of each backoff is at random, at the ceiling too", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (attempt, at) => {
        const [least = 0, most = 0] = [0, 1].map((value) => backoff(attempt, { random: () => value }));
        expect(most).toBe(2 * least);
        const wait = backoff(attempt, { random: () => at });
        expect(wait >= least && wait <= most).toBe(true);
      },
    ),
  );
});
