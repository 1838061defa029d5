import { ApiError, isApiError, isConflict, isThrottled, JobFailedError, saysUnknown } from "./errors";

const api = (status: number, code = "", reason = "") =>
  new ApiError({ status, code, reason, requestId: "r1", method: "GET", path: "/v2/p/x" });

test.each<[string, Error, boolean]>([
  ["404 with a code of the service", api(404, "WKS.00010404", "The desktop d does not exist."), true],
  ["404 with a code of the service and no words", api(404, "WKS.1"), true],
  ["400 that says so of a desktop", api(400, "WKS.0004", "Desktop d does not exist"), true],
  ["400 that says so of a disk", api(400, "WKS.0004", "the disk was not found"), true],
  ["400 about something else", api(400, "WKS.0400", "size is out of range"), false],
  ["404 of the gateway", api(404, "APIGW.0101", "The API does not exist"), false],
  ["404 without a code", api(404), false],
  ["404 of some other service", api(404, "EVS.0404", "The volume does not exist"), false],
  ["404 about the project", api(404, "WKS.0404", "project p does not exist"), false],
  ["404 about the tenant", api(404, "WKS.0404", "Tenant is unknown"), false],
  ["404 with a code of the tenant", api(404, "WKS.00170312", "not found"), false],
  ["401", api(401, "WKS.0401", "The desktop does not exist"), false],
  ["403", api(403, "WKS.0403", "The desktop does not exist"), false],
  ["500", api(500, "WKS.0500", "The desktop does not exist"), false],
  ["no answer of the API at all", new Error("The desktop does not exist"), false],
])("saysUnknown: %s", (_, error, expected) => {
  expect(saysUnknown(error)).toBe(expected);
});

test.each<[string, Error, boolean]>([
  ["409", api(409), true],
  ["400 while disks are being added", api(400, "WKS.0407"), true],
  ["400 with the code for a busy desktop", api(400, "WKS.00010032"), true],
  ["400 with another code", api(400, "WKS.0400"), false],
  ["429", api(429), false],
  ["no answer of the API", new Error("409"), false],
])("isConflict: %s", (_, error, expected) => {
  expect(isConflict(error)).toBe(expected);
});

test.each<[string, Error, boolean]>([
  ["429", api(429), true],
  ["the gateway's code with another status", api(403, "APIGW.0308"), true],
  ["503", api(503), false],
  ["409", api(409), false],
])("isThrottled: %s", (_, error, expected) => {
  expect(isThrottled(error)).toBe(expected);
});

test("an error tells request, status, code, words and request id", () => {
  expect(api(400, "WKS.1", "no").message).toBe("GET /v2/p/x answered 400 WKS.1: no (request id r1)");
  expect(api(404).message).toBe("GET /v2/p/x answered 404 (no code):  (request id r1)");
  expect(isApiError(api(400, "WKS.1"), "WKS.2", "WKS.1")).toBe(true);
  expect(isApiError(api(400, "WKS.1"), "WKS.2")).toBe(false);
});

test("a failed job tells its own reason and that of each part", () => {
  const parts = [
    { id: "s1", code: "", reason: "it has snapshots" },
    { id: "s2", code: "EVS.1", reason: "" },
  ];
  expect(new JobFailedError("j", "C", "r", parts).message).toBe(
    "job j failed: C r; sub-job s1: no code it has snapshots; sub-job s2: EVS.1",
  );
  expect(new JobFailedError("j", "", "", []).message).toBe("job j failed: no reason given");
});
