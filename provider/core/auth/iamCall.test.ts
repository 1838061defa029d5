import { backoff, callIam, type IamCall } from "./iamCall";
import { ConnectionError } from "../errors";
import { Secret } from "./grant";
import { type Answer, type Expected, forever, HandClock, Lines, Script } from "../../../testing/authWorld";

const call: IamCall = {
  method: "POST",
  path: "/v3/auth/tokens",
  headers: () => ({}),
  body: { a: 1 },
  purpose: "user and password (X)",
  secrets: [new Secret('mark"ed')],
  waiter: forever,
};

function iam(...answers: (Answer | ConnectionError)[]) {
  const request = "POST /v3/auth/tokens";
  const expected = answers.map((one): Expected =>
    one instanceof ConnectionError ? { request, fails: one } : { request, answer: one },
  );
  const script = new Script(expected);
  const [clock, log] = [new HandClock(), new Lines()];
  const result = callIam(call, { endpoint: "https://iam.test", send: script.send, clock, log });
  return { result, script, clock, log };
}

const reset = new ConnectionError({
  request: "POST https://iam.test",
  why: "connection reset",
  reached: "unknown",
  systemCode: "ECONNRESET",
});
const good: Answer = { status: 201, json: { ok: 1 } };

test("who waits knows that it is IAM that is asked", async () => {
  const called: string[] = [];
  const waiter = { ...forever, noteCall: (what: string) => called.push(what) };
  const { send } = new Script([{ request: "POST /v3/auth/tokens", answer: good }]);
  const api = { endpoint: "https://iam.test", send, clock: new HandClock(), log: new Lines() };
  await callIam({ ...call, waiter }, api);
  expect(called).toEqual(["waiting for the answer of IAM to POST https://iam.test/v3/auth/tokens"]);
});

test.each<[string, (Answer | ConnectionError)[], number[]]>([
  ["a lost connection", [reset, good], [500]],
  ["too many requests", [{ status: 429 }, { status: 429 }, good], [500, 1_000]],
  ["a service that is down", [{ status: 503 }, { status: 500 }, { status: 502 }, good], [500, 1_000, 2_000]],
  ["a wait that is asked for in seconds", [{ status: 429, headers: { "retry-after": "7" } }, good], [7_000]],
  [
    "a wait that is asked for by date",
    [{ status: 503, headers: { "retry-after": "Fri, 02 Jan 2026 03:04:15 GMT" } }, good],
    [10_000],
  ],
])("after %s the call is made again", async (_, answers, slept) => {
  const { result, script, clock } = iam(...answers);
  expect((await result).json).toEqual({ ok: 1 });
  expect(clock.slept).toEqual(slept);
  script.end();
});

test.each<[string, (Answer | ConnectionError)[], RegExp]>([
  [
    "four tries",
    [reset, reset, reset, reset],
    /user and password \(X\): no usable answer from IAM: POST https:\/\/iam\.test: connection reset \(4 tries in 4 s\)\. .*Check the network/,
  ],
  [
    "a wait that is longer than a minute",
    [{ status: 429, headers: { "retry-after": "120" } }],
    /answered 429 \(1 try in 0 s\)/,
  ],
  [
    "an untrusted certificate",
    [
      new ConnectionError({
        request: "POST https://iam.test",
        why: "self-signed",
        reached: "no",
        systemCode: "DEPTH_ZERO_SELF_SIGNED_CERT",
      }),
    ],
    /self-signed \(1 try/,
  ],
  [
    "a page instead of JSON",
    [{ status: 200, text: "<html>marked</html>" }],
    /answered 200 with something that is not a JSON object/,
  ],
])("%s is the end", async (_, answers, message) => {
  const { result, script } = iam(...answers);
  await expect(result).rejects.toMatchObject({ name: "CredentialsError", reason: "unreachable" });
  await expect(result).rejects.toThrow(message);
  await expect(result).rejects.not.toThrow(/marked/);
  script.end();
});

test.each<[string, Answer, string]>([
  [
    "in the newer form",
    {
      status: 403,
      headers: { "x-request-id": "r1" },
      json: { error_code: "IAM.0003", error_msg: "Policy doesn't allow" },
    },
    "403 IAM.0003: Policy doesn't allow (request id r1). The request was not sent. These credentials lack the permission for this call",
  ],
  [
    "in the older form",
    { status: 404, json: { error: { code: 404, message: "Could not find project" } } },
    "404: Could not find project. The request was not sent. Check HW_AUTH_URL",
  ],
  ["without a body", { status: 400, text: "" }, "400. The request was not sent. Check these credentials"],
  [
    "that redirects",
    { status: 302, headers: { location: "https://evil.test" } },
    "302. The request was not sent. Redirects are not followed",
  ],
  [
    "that repeats a secret",
    { status: 400, json: { error_msg: 'mark"ed and mark\\"ed' } },
    "400: [secret] and [secret].",
  ],
])("a refusal %s is reported at once", async (_, answer, words) => {
  const { result, script } = iam(answer);
  await expect(result).rejects.toMatchObject({ reason: "refused", status: answer.status });
  await expect(result).rejects.toThrow(
    `user and password (X): POST https://iam.test/v3/auth/tokens answered ${words}`,
  );
  script.end();
});

test("headers are made anew for each try: a signature has a date", async () => {
  let tries = 0;
  const script = new Script([
    { request: "POST /v3/auth/tokens", headers: { "X-Try": "1" }, answer: { status: 503 } },
    { request: "POST /v3/auth/tokens", headers: { "X-Try": "2" } },
  ]);
  const signed = { ...call, headers: () => ({ "X-Try": String(++tries) }) };
  await callIam(signed, {
    endpoint: "https://iam.test",
    send: script.send,
    clock: new HandClock(),
    log: new Lines(),
  });
  script.end();
});

test("waits double up to eight seconds", () => {
  expect([1, 2, 3, 4, 5, 6, 7].map(backoff)).toEqual([500, 1000, 2000, 4000, 8000, 8000, 8000]);
});
