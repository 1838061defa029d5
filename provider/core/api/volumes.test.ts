import {
  bareSession,
  broken,
  outcome,
  refusal,
  type Reply,
  scripted,
  waiter,
} from "../../../testing/scripted";
import { CredentialsError } from "../errors";
import type { Waiter } from "../operation";
import type { WorkspaceClient } from "./client";
import { addVolumes, deleteVolumes, expandVolumes, listVolumeTypes, type Sent, tuneVolumes } from "./volumes";

type Change = (client: WorkspaceClient, who: Waiter) => Promise<Sent>;

const changes: Record<string, { line: string; permission: string; send: Change }> = {
  add: {
    line:
      'POST /desktops/d%2F1/volumes {"volumes":[{"type":"SSD","size":100},' +
      '{"type":"GPSSD2","size":20,"iops":3000,"throughput":125,"kms_id":"k"}],"enterprise_project_id":"e"}',
    permission: "workspace:volumes:add",
    send: (client, who) =>
      addVolumes(
        client,
        "d/1",
        [
          { type: "SSD", size: 100 },
          { type: "GPSSD2", size: 20, iops: 3000, throughput: 125, kmsId: "k" },
        ],
        "e",
        who,
      ),
  },
  delete: {
    line: 'POST /desktops/d/volumes/batch-delete {"volume_ids":["v1","v2"]}',
    permission: "workspace:volumes:delete",
    send: (client, who) => deleteVolumes(client, "d", ["v1", "v2"], who),
  },
  expand: {
    line: 'POST /volumes/expand {"desktop_volumes_expansion":[{"desktop_id":"d","volume_id":"v1","new_size":200}]}',
    permission: "workspace:volumes:batchExpand",
    send: (client, who) => expandVolumes(client, "d", [{ volumeId: "v1", size: 200 }], who),
  },
  qos: {
    line: 'PUT /volumes/batch-modify-qos {"volume_ids":["v1"],"qos":{"iops":3000,"throughput":125}}',
    permission: "workspace:volumes:modifyQos",
    send: (client, who) => tuneVolumes(client, ["v1"], { iops: 3000, throughput: 125 }, who),
  },
};

async function send(name: keyof typeof changes, reply: Reply, ms = 60_000) {
  const { line, send } = changes[name] ?? {
    line: "",
    send: () => Promise.reject(new Error("no such change")),
  };
  const world = scripted([[line, reply]]);
  const result = await outcome(world.time, send(world.client, waiter(world.time, ms)));
  world.end();
  return { ...result, world };
}

describe.each(Object.keys(changes))("%s", (name) => {
  test("is sent once, as documented, and is a job", async () => {
    const headers = { "x-request-id": "r1", date: "Fri, 02 Jan 2026 03:04:05 GMT" };
    const { value } = await send(name, { headers, json: { job_id: "j1" }, afterMs: 70 });
    expect(value).toEqual({
      outcome: "accepted",
      jobId: "j1",
      requestId: "r1",
      at: { sentAt: 0, answeredAt: 70, serverTime: Date.parse("2026-01-02T03:04:05Z") },
    });
  });

  test.each<[string, Reply, string]>([
    ["a job beside a code", { json: { job_id: "j1", error_code: "WKS.1" } }, "accepted"],
    ["errors-as-200: a refusal", refusal(200, "WKS.00010109"), "refused"],
    ["errors-as-200: a conflict", refusal(200, "WKS.0407"), "not now"],
    [
      "a refusal as 200 with other fields",
      { json: { error_code: "WKS.00010109", job_id: null, x: 1 } },
      "refused",
    ],
    ["five-minutes: 400 WKS.0407", refusal(400, "WKS.0407"), "not now"],
    ["running-only: 409 WKS.00010032", refusal(409, "WKS.00010032"), "not now"],
    ["409 as HTML", { status: 409, text: "<html>" }, "not now"],
    ["429", { status: 429 }, "not now"],
    ["400", refusal(400, "WKS.0400"), "refused"],
    ["403", refusal(403, "WKS.00010099"), "refused"],
    ["404 about the desktop", refusal(404, "WKS.00010404"), "refused"],
    ["unknown-as-400: WKS.0001", refusal(400, "WKS.0001"), "refused"],
    // An add names no disk: this is a failure of the service.
    ["unknown-as-400: 500 WKS.0202", refusal(500, "WKS.0202"), name === "add" ? "unknown" : "refused"],
    ["403 as HTML of a firewall", { status: 403, text: "<html>" }, "unknown"],
    ["an empty 404", { status: 404, text: "" }, "unknown"],
    ["errors-as-200: the service failed", refusal(200, "WKS.0500"), "unknown"],
    ["repeating-gateway: 302", { status: 302 }, "unknown"],
    ["repeating-gateway: 408", { status: 408 }, "unknown"],
    ["repeating-gateway: 503", { status: 503 }, "unknown"],
    ["repeating-gateway: 504", { status: 504, text: "<html>" }, "unknown"],
    ["500", refusal(500, "WKS.0500"), "unknown"],
    ["a cut connection", broken("unknown"), "unknown"],
    ["an answer that never comes", { afterMs: 600_000 }, "unknown"],
    ["half a JSON", { text: '{"job_id":"j' }, "unknown"],
    ["an empty object", { json: {} }, "unknown"],
    ["an empty job id", { json: { job_id: "" } }, "unknown"],
    ["a job id that could break out", { json: { job_id: "j\n1" } }, "unknown"],
    ["no connection", broken("no"), "never sent"],
    ["an unknown host name", broken("no", "ENOTFOUND"), "never sent"],
    ["an order to pay", { json: { order_id: "o1" } }, "refused"],
  ])("%s", async (_, reply, expected) => {
    const { value, error } = await send(name, reply);
    expect(error).toBeUndefined();
    expect(value?.outcome).toBe(expected);
    if (value?.outcome !== "accepted") expect(value?.error.message).toMatch(/\[HWD\d{4}\]$/);
  });

  test("a missing permission is named", async () => {
    const { value } = await send(name, refusal(403, "APIGW.0302"));
    expect(value).toMatchObject({
      outcome: "refused",
      error: { code: "HWD1302", next: expect.stringContaining(changes[name]?.permission ?? "?") as string },
    });
  });

  test("is not sent with less than a second left", async () => {
    const world = scripted([]);
    const sending = changes[name]?.send(world.client, waiter(world.time, 900));
    const result = await outcome<unknown>(world.time, Promise.resolve(sending));
    expect(result.error).toMatchObject({ name: "TimeoutError" });
    world.end();
  });
});

test("the service's time of day is known from a refusal, too", async () => {
  const headers = { date: "Fri, 02 Jan 2026 03:04:05 GMT" };
  const { value } = await send("add", { status: 409, headers, text: "{}", afterMs: 20 });
  expect(value?.at).toEqual({ sentAt: 0, answeredAt: 20, serverTime: Date.parse("2026-01-02T03:04:05Z") });
  expect((await send("add", broken("unknown"))).value?.at.serverTime).toBeUndefined();
});

test("an order names itself and what to do, and is no job", async () => {
  const { value } = await send("add", { json: { order_id: "o1" } });
  expect(value).toMatchObject({ outcome: "refused", error: { code: "HWD1310" } });
  if (value?.outcome === "refused")
    expect(value.error.message).toMatch(/made order o1.*billing centre.*HWD1310/);
});

test.each<[string, CredentialsError, string | undefined]>([
  ["IAM is down: nothing was sent", new CredentialsError("unreachable", "x"), "never sent"],
  ["credentials have ended: thrown", new CredentialsError("expired", "x"), undefined],
  ["credentials are refused: thrown", new CredentialsError("refused", "x"), undefined],
])("%s", async (_, failure, expected) => {
  const session = { ...bareSession(), authorize: () => Promise.reject(failure) };
  const world = scripted([], { session });
  const { value, error } = await outcome(
    world.time,
    deleteVolumes(world.client, "d", ["v1"], waiter(world.time, 60_000)),
  );
  expect(value?.outcome).toBe(expected);
  expect(error).toBe(expected === undefined ? failure : undefined);
  world.end();
});

describe("kinds of disks", () => {
  const types = async (reply: Reply) => {
    const world = scripted([["GET /volume/products?availability_zone=az1", reply]]);
    const result = await outcome(
      world.time,
      listVolumeTypes(world.client, "az1", waiter(world.time, 60_000)),
    );
    world.end();
    return result;
  };

  test("are listed with what is known of them", async () => {
    const volumes = [
      { volume_type: "SSD", resource_spec_code: "s", status: "normal", iops: "3000", throughput: 125 },
      { volume_type: "SAS", status: null },
    ];
    expect((await types({ json: { volumes } })).value).toEqual([
      { type: "SSD", resourceSpecCode: "s", status: "normal", iops: 3000, throughput: 125 },
      { type: "SAS" },
    ]);
  });

  test.each<[string, Reply]>([
    ["no list", { json: {} }],
    ["a kind without a name", { json: { volumes: [{}] } }],
    ["a refusal as 200", refusal(200, "WKS.0400")],
  ])("%s is an error", async (_, reply) => {
    expect((await types(reply)).error).toMatchObject({ name: "ApiError" });
  });
});
