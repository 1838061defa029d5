import { outcome, refusal, type Reply, scripted, waiter } from "../../../testing/scripted";
import { type Desktop, showDesktop } from "./desktops";
import { desktop, disk } from "./testing/desktopAnswers";

const SHOW = "GET /desktops/d1";

async function show(reply: Reply) {
  const world = scripted([[SHOW, reply]], { maxRetries: 0 });
  const result = await outcome(world.time, showDesktop(world.client, "d1", waiter(world.time, 60_000)));
  world.end();
  return result;
}

const shows = (more: object): Reply => ({ json: { desktop: desktop("d1", more) } });

describe("a desktop that is shown", () => {
  test.each<[string, Reply, Partial<Desktop>]>([
    [
      "in full",
      {
        headers: { date: "Fri, 02 Jan 2026 03:04:05 GMT" },
        json: {
          desktop: desktop("d1", {
            task_status: "rebooting",
            data_volumes: [
              disk("v1", {
                id: "row",
                device: "/dev/vdb",
                display_name: "PC-v1",
                create_time: "2026-01-02T03:00:00Z",
                bill_resource_id: "b",
                resource_spec_code: "s",
                iops: 3000,
                throughput: 125,
                kms_id: "k",
              }),
            ],
          }),
        },
      },
      {
        desktopId: "d1",
        computerName: "PC-d1",
        status: "ACTIVE",
        runs: true,
        task: "rebooting",
        rootVolumeId: "root",
        listed: true,
        serverTime: Date.parse("2026-01-02T03:04:05Z"),
        volumes: [
          {
            volumeId: "v1",
            type: "SSD",
            size: 100,
            device: "/dev/vdb",
            displayName: "PC-v1",
            createTime: "2026-01-02T03:00:00Z",
            createdAt: [Date.parse("2026-01-02T03:00:00Z")],
            billResourceId: "b",
            resourceSpecCode: "s",
            iops: 3000,
            throughput: 125,
            kmsId: "k",
          },
        ],
      },
    ],
    ["as an array of one", { json: { desktop: [desktop("d1")] } }, { desktopId: "d1", listed: true }],
    [
      "absent-lists: without data_volumes",
      shows({ data_volumes: undefined }),
      { volumes: [], listed: false },
    ],
    ["with data_volumes null", shows({ data_volumes: null }), { volumes: [], listed: false }],
    ["with an empty list", shows({ data_volumes: [] }), { volumes: [], listed: true }],
    [
      "with fields that are absent or null",
      shows({ data_volumes: [{ volume_id: "v1", type: null, iops: null }] }),
      { volumes: [{ volumeId: "v1", createdAt: [] }] },
    ],
    [
      "with the root volume among the data volumes",
      shows({ data_volumes: [disk("root"), disk("v1")] }),
      { volumes: [{ volumeId: "v1", type: "SSD", size: 100, createdAt: [] }] },
    ],
    [
      "with a type in another spelling",
      shows({ data_volumes: [disk("v1", { type: " ssd\n" }), disk("v2", { type: "new-Type " })] }),
      {
        volumes: [{ type: "SSD" }, { type: "new-Type" }].map(
          (facts) => expect.objectContaining(facts) as never,
        ),
      },
    ],
    [
      "without its root volume, which is among the data volumes",
      shows({
        root_volume: undefined,
        data_volumes: [disk("v1", { device: "/dev/vda" }), disk("v2", { device: "/dev/vdb" })],
      }),
      { rootVolumeId: "v1", volumes: [expect.objectContaining({ volumeId: "v2" }) as never] },
    ],
    [
      "with a data volume that is the first of its bus",
      shows({ data_volumes: [disk("v1", { device: "/dev/sda" })] }),
      { rootVolumeId: "root", volumes: [expect.objectContaining({ volumeId: "v1" }) as never] },
    ],
    [
      "with a size as text",
      shows({ data_volumes: [disk("v1", { size: "100" })] }),
      { volumes: [expect.objectContaining({ size: 100 }) as never] },
    ],
    [
      "zoneless-times: two readings",
      shows({ data_volumes: [disk("v1", { create_time: "2026-01-02 03:00:00" })] }),
      {
        volumes: [
          expect.objectContaining({
            createdAt: [Date.parse("2026-01-02T03:00:00Z"), Date.parse("2026-01-01T19:00:00Z")],
          }) as never,
        ],
      },
    ],
    ["without a name", shows({ computer_name: undefined }), { computerName: "d1" }],
    ["that is shut off", shows({ status: "SHUTOFF" }), { status: "SHUTOFF", runs: false }],
    ["in an error", shows({ status: "ERROR" }), { runs: false }],
    ["with a status that is new", shows({ status: "DANCING" }), { runs: undefined }],
    ["while it is being removed", shows({ status: "" }), { status: "", runs: undefined }],
    ["without a status", shows({ status: undefined }), { status: "", runs: undefined }],
  ])("%s", async (_, reply, facts) => {
    const { value, error } = await show(reply);
    expect(error).toBeUndefined();
    expect(value).toMatchObject({ gone: false, ...facts });
  });

  test.each(["", null, undefined])("idle-is-empty: the task %j is none", async (task_status) => {
    expect((await show(shows({ task_status }))).value).not.toHaveProperty("task");
  });

  test("names that would reach the terminal raw are cleaned", async () => {
    const { value } = await show(
      shows({
        computer_name: "\u001b[31mtoken 0",
        status: "A\nB",
        data_volumes: [disk("v1", { display_name: "a\tb" })],
      }),
    );
    expect(value).toMatchObject({
      computerName: "[31m[secret]",
      status: "A B",
      volumes: [{ displayName: "a b" }],
    });
  });
});

describe("an id in the other case is the same id", () => {
  const ID = "AB54CDEF-0000-4000-8000-00000000000D";
  const other = ID.toLowerCase();

  test("of the desktop that is read, and of its root volume", async () => {
    const reply = {
      json: {
        desktop: desktop(other, { root_volume: { volume_id: ID }, data_volumes: [disk(other), disk("v1")] }),
      },
    };
    const world = scripted([[`GET /desktops/${ID}`, reply]]);
    const { value } = await outcome(world.time, showDesktop(world.client, ID, waiter(world.time, 60_000)));
    expect(value).toMatchObject({ desktopId: ID, volumes: [{ volumeId: "v1" }] });
    world.end();
  });

  test("but not of names that only look alike", async () => {
    const reply = shows({ desktop_id: "D1" });
    expect((await show(reply)).error).toMatchObject({ code: "HWD1309" });
  });
});

describe("a desktop is gone", () => {
  test.each<[string, Reply]>([
    ["status DELETED", shows({ status: "DELETED" })],
    ["status DELETED without lists", { json: { desktop: { desktop_id: "d1", status: "deleted" } } }],
    ["404 with its own code", refusal(404, "WKS.00010404")],
    ["errors-as-200: its own code", refusal(200, "WKS.00010404")],
    ["400 with its own code", refusal(400, "WKS.00010404")],
    ["200 with its own code and something else", { json: { error_code: "WKS.00010404", desktop: null } }],
  ])("for certain: %s", async (_, reply) => {
    expect((await show(reply)).value).toMatchObject({ gone: true, desktopId: "d1", certainty: "proved" });
  });

  test.each<[string, Reply]>([
    [
      "unknown-as-400: WKS.0001",
      refusal(400, "WKS.0001", "The request message input by the interface is empty."),
    ],
    ["errors-as-200 and unknown-as-400", refusal(200, "WKS.0001")],
    ["500 WKS.0202", refusal(500, "WKS.0202", "The resource not found.")],
  ])("only if lists agree: %s", async (_, reply) => {
    const { value } = await show(reply);
    expect(value).toMatchObject({ gone: true, certainty: "needs list", error: { name: "ApiError" } });
  });
});

describe("nothing is said about a desktop by", () => {
  test.each<[string, Reply]>(
    [{ volume: [] }, "[]", "", 0, true, { "0": disk("v1") }].map((data_volumes) => [
      `data_volumes ${JSON.stringify(data_volumes)}`,
      shows({ data_volumes }),
    ]),
  )("%s, which is no list", async (_, reply) => {
    expect((await show(reply)).error).toMatchObject({ code: "HWD1309" });
  });

  test.each<[string, Reply]>([
    ["a bare 404", { status: 404, text: "" }],
    ["404 as HTML", { status: 404, text: "<html>The desktop does not exist</html>" }],
    ["404 of the gateway", refusal(404, "APIGW.0101", "The API does not exist")],
    ["404 with a code of the service that nobody knows", refusal(404, "WKS.00012345")],
    ["404 about an enterprise project", refusal(404, "WKS.00012000", "The tenant is not in this project")],
    ["404 about a volume", refusal(404, "WKS.00020404", "The volume does not exist.")],
    ["404 about a job", refusal(404, "WKS.00030404")],
    ["404 about an organizational unit", refusal(404, "WKS.0915", "does not exist")],
    ["404 that the service is disabled", refusal(404, "WKS.00010099")],
    ["400 about a user", refusal(400, "WKS.00040404", "The user does not exist")],
    ["400 about a key", refusal(400, "WKS.00050404", "KMS key k of desktop d1 does not exist")],
    ["400 about a subnet", refusal(400, "WKS.00060404", "subnet of the desktop not found")],
    ["200 about a user", refusal(200, "WKS.00040404", "The user does not exist")],
    ["401 with its code", refusal(401, "WKS.00010404")],
    ["403 with its code", refusal(403, "WKS.00010404")],
    ["403 that the service is disabled", refusal(403, "WKS.00010099")],
    ["500", refusal(500, "WKS.0500", "desktop not found")],
    ["a page of HTML", { text: "<html>desktop not found</html>" }],
    ["an empty object", { json: {} }],
    ["a desktop without an id", { json: { desktop: { status: "ACTIVE" } } }],
    ["another desktop", { json: { desktop: desktop("d2") } }],
    ["another desktop that is deleted", { json: { desktop: desktop("d2", { status: "DELETED" }) } }],
    ["an empty array", { json: { desktop: [] } }],
    ["a volume without an id", shows({ data_volumes: [{ size: 10 }] })],
    ["an id that could break out", shows({ data_volumes: [disk("v1\n")] })],
  ])("%s", async (_, reply) => {
    const { value, error } = await show(reply);
    expect(value).toBeUndefined();
    expect(error).toMatchObject({ name: "ApiError" });
  });
});
