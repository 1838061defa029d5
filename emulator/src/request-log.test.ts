import { RequestLog, type LoggedRequest } from "./request-log";

function request(path: string): LoggedRequest {
  return {
    time: 0,
    method: "POST",
    path,
    query: {},
    body: null,
    status: 200,
    request_id: "r",
    label: null,
    account: null,
  };
}

test("above its limit the log forgets the oldest, and says how many", () => {
  const log = new RequestLog(3);
  for (let number = 1; number <= 100; number += 1) log.add(request(`/${String(number)}`));
  const { requests, forgotten } = log.view();
  expect(requests.map(({ path }) => path)).toEqual(["/98", "/99", "/100"]);
  expect(forgotten).toBe(97);
  log.clear();
  expect(log.view()).toEqual({ requests: [], forgotten: 0 });
});

test("many bodies are bounded together, however many requests fit", () => {
  const log = new RequestLog(100_000);
  for (let number = 0; number < 5000; number += 1) log.keepBody(log.add(request("/")), { a: 1 }, 16 * 1024);
  const { requests, forgotten } = log.view();
  expect(requests.length).toBe(2048);
  expect(forgotten).toBe(5000 - 2048);
});

test("a large body is left out", () => {
  const log = new RequestLog(10);
  log.keepBody(log.add(request("/")), { a: 1 }, 16 * 1024 + 1);
  expect(log.view().requests[0]?.body).toEqual({ left_out: "a body of 16385 bytes" });
});

test("a body that comes after its request was forgotten is not counted", () => {
  const log = new RequestLog(1);
  const early = log.add(request("/early"));
  log.add(request("/late"));
  log.keepBody(early, { a: 1 }, 10);
  expect(log.view().requests).toMatchObject([{ path: "/late", body: null }]);
});

test.each([
  [
    "a password",
    { auth: { identity: { password: { user: { name: "u", password: "p", domain: { name: "d" } } } } } },
    { auth: { identity: { password: { user: { name: "u", password: "***", domain: { name: "d" } } } } } },
  ],
  [
    "a token",
    { auth: { identity: { methods: ["token"], token: { id: "t", duration_seconds: 900 } } } },
    { auth: { identity: { methods: ["token"], token: { id: "***", duration_seconds: 900 } } } },
  ],
  ["an identity token", { auth: { id_token: { id: "t" } } }, { auth: { id_token: { id: "***" } } }],
  ["ids that are no secrets", { volume_ids: ["a"], id: "b" }, { volume_ids: ["a"], id: "b" }],
])("secrets are covered: %s", (_, body, expected) => {
  const log = new RequestLog(10);
  log.keepBody(log.add(request("/")), body, 100);
  expect(log.view().requests[0]?.body).toEqual(expected);
});

test("what is handed out is a copy", () => {
  const log = new RequestLog(10);
  log.add(request("/"));
  const [first] = log.view().requests;
  if (first) first.status = 999;
  expect(log.view().requests[0]?.status).toBe(200);
});
