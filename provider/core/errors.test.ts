import { readFileSync } from "node:fs";
import { ApiError, ConnectionError, CoreError, CredentialsError, inContext, JobFailedError } from "./errors";
import { type ErrorCode, errorCodes } from "./errorCodes";

const parts = {
  code: "HWD1703",
  failed: "Adding a disk to desktop d",
  why: "the desktop has 8 data disks, 3 more would be added, ten is the most",
  now: "Nothing was sent",
} as const;

test("a message has four parts, in order, and ends with its code", () => {
  expect(new CoreError(parts).message).toBe(
    "Adding a disk to desktop d: the desktop has 8 data disks, 3 more would be added, ten is the most. " +
      "Nothing was sent. Remove a disk first. [HWD1703]",
  );
  expect(new CoreError({ code: "HWD1506", failed: "A", why: "b!", next: "C." }).message).toBe(
    "A: b! C. [HWD1506]",
  );
});

test.each([
  ["b: c. Do d. [HWD1302]", "A: b: c. Do d (HWD1302). E. [HWD1707]"],
  ["b: c. Do d! [HWD1302]", "A: b: c. Do d (HWD1302)! E. [HWD1707]"],
  ["b: c. Do d. [HWD1302], and e", "A: b: c. Do d (HWD1302), and e. E. [HWD1707]"],
  ["\n- x: c. [HWD1302]\n- y: d. [HWD1501]", "A: \n- x: c (HWD1302).\n- y: d (HWD1501). E. [HWD1707]"],
  ["b. [HWD1302]. [HWD1501]", "A: b (HWD1302) (HWD1501). E. [HWD1707]"],
])("a code stands at the end of the whole only, else in its sentence: %j", (why, message) => {
  expect(new CoreError({ code: "HWD1707", failed: "A", why, next: "E" }).message).toBe(message);
});

test("an error within an error within an error is written once", () => {
  const inner = new CoreError({ code: "HWD1302", failed: "A", why: "b", next: "C" });
  const middle = new CoreError({ code: "HWD1503", failed: "D", why: inner.message, next: "" });
  const outer = inContext(middle, { failed: "E", now: "F", next: "", otherwise: "HWD1804" });
  expect(outer.message).toBe("E: A: b. C (HWD1302). F. [HWD1503]");
});

test("an error that is told of a whole operation keeps code and advice, and says what is now true", () => {
  const cause = new ApiError({
    code: "HWD1302",
    status: 403,
    serviceCode: "WKS.1",
    reason: "no",
    requestId: "r",
    method: "POST",
    path: "/x",
    permission: "workspace:volumes:add",
  });
  const error = inContext(cause, {
    failed: "Adding a disk",
    now: "Nothing was changed",
    otherwise: "HWD1505",
  });
  expect(error.message).toBe(
    "Adding a disk: the service answered 403 WKS.1: no (request id r). Nothing was changed. " +
      "Grant the permission workspace:volumes:add; docs/credentials.md has the IAM policy. [HWD1302]",
  );
  expect(error.cause).toBe(cause);
  expect(inContext(new Error("x"), { failed: "A", now: "B", otherwise: "HWD1505" })).toMatchObject({
    code: "HWD1505",
    why: "x",
  });
});

test.each<[string, CoreError, ErrorCode]>([
  [
    "ENOTFOUND",
    new ConnectionError({ request: "GET", why: "x", reached: "no", systemCode: "ENOTFOUND" }),
    "HWD1401",
  ],
  [
    "EAI_AGAIN",
    new ConnectionError({ request: "GET", why: "x", reached: "no", systemCode: "EAI_AGAIN" }),
    "HWD1401",
  ],
  [
    "ECONNREFUSED",
    new ConnectionError({ request: "GET", why: "x", reached: "no", systemCode: "ECONNREFUSED" }),
    "HWD1402",
  ],
  [
    "a certificate",
    new ConnectionError({
      request: "GET",
      why: "x",
      reached: "no",
      systemCode: "ERR_TLS_CERT_ALTNAME_INVALID",
    }),
    "HWD1403",
  ],
  [
    "a proxy",
    new ConnectionError({ request: "GET", why: "x", reached: "no", systemCode: "EPROXY" }),
    "HWD1404",
  ],
  [
    "ECONNRESET",
    new ConnectionError({ request: "GET", why: "x", reached: "unknown", systemCode: "ECONNRESET" }),
    "HWD1405",
  ],
  ["missing credentials", new CredentialsError("settings", "x"), "HWD1201"],
  ["refused credentials", new CredentialsError("refused", "x"), "HWD1202"],
  ["expired credentials", new CredentialsError("expired", "x"), "HWD1203"],
  ["another project", new CredentialsError("project", "x"), "HWD1204"],
  ["IAM away", new CredentialsError("unreachable", "x"), "HWD1205"],
  ["a failed job", new JobFailedError("j", "WKS.1", "full", []), "HWD1601"],
])("%s has its code", (_, error, code) => {
  expect(error.code).toBe(code);
  expect(error.message).toContain(`[${code}]`);
});

test.each<[string, JobFailedError, string]>([
  ["code and reason", new JobFailedError("j", "WKS.1", "full", []), "WKS.1 full"],
  [
    "parts",
    new JobFailedError("j", "", "", [{ id: "p", serviceCode: "", reason: "full" }]),
    "part p: no code full",
  ],
  ["nothing", new JobFailedError("j", "", "", []), "no reason given"],
])("a failed job tells %s", (_, error, why) => {
  expect(error.why).toBe(why);
});

test("docs/errors.md has each code with its title as a heading, and no other", () => {
  const page = readFileSync(`${__dirname}/../../docs/errors.md`, "utf8");
  const headings = [...page.matchAll(/^#+ (HWD\d{4}.*)$/gm)].map(([, heading]) => heading);
  expect(headings).toEqual(Object.entries(errorCodes).map(([code, { title }]) => `${code}: ${title}`));
});
