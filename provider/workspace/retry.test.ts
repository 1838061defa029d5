import { CredentialsError } from "../auth/errors";
import { ApiError, ConnectionError, TimeoutError } from "./errors";
import { verdict, type Verdict } from "./retry";

const api = (status: number, code = "") =>
  new ApiError({ status, code, reason: "", requestId: "", method: "GET", path: "/" });

test.each<[string, Error, Verdict, Verdict]>([
  ["never connected", new ConnectionError("", "no", "ECONNREFUSED"), "again", "again"],
  ["reset", new ConnectionError("", "unknown", "ECONNRESET"), "again", "look first"],
  ["no answer in time", new ConnectionError("", "unknown", "ETIMEDOUT"), "again", "look first"],
  ["429", api(429), "again", "again"],
  ["the gateway's throttling under another status", api(403, "APIGW.0308"), "again", "again"],
  ["500", api(500), "again", "look first"],
  ["502", api(502), "again", "look first"],
  ["503", api(503), "again", "look first"],
  ["504", api(504), "again", "look first"],
  ["a success that cannot be read", api(200), "again", "look first"],
  ["a redirect", api(302), "give up", "give up"],
  ["400", api(400), "give up", "give up"],
  ["401", api(401), "give up", "give up"],
  ["402", api(402), "give up", "give up"],
  ["403", api(403), "give up", "give up"],
  ["404", api(404), "give up", "give up"],
  ["409", api(409), "give up", "give up"],
  ["nobody waits any more", new TimeoutError(""), "give up", "give up"],
  ["IAM cannot be reached", new CredentialsError("unreachable", ""), "again", "again"],
  ["the credentials have ended", new CredentialsError("expired", ""), "give up", "give up"],
  ["the credentials are refused", new CredentialsError("refused", ""), "give up", "give up"],
  ["a mistake of ours", new TypeError("x"), "give up", "give up"],
])("%s", (_, error, read, write) => {
  expect([verdict("read", error), verdict("write", error)]).toEqual([read, write]);
});
