import { type Exchange, outcome, refusal, type Reply, scripted, waiter } from "../../../testing/scripted";
import { type Desktop, listDesktopFacts, listDesktops, showDesktop } from "./desktops";

const SHOW = "GET /desktops/d1";
const page = (ids: string, offset = 0) => `GET /desktops/detail?desktop_id=${ids}&limit=100&offset=${offset}`;
const disk = (id: string, more = {}) => ({ volume_id: id, type: "SSD", size: 100, ...more });
const desktop = (id: string, more = {}) => ({
  desktop_id: id,
  computer_name: `PC-${id}`,
  status: "ACTIVE",
  root_volume: { volume_id: "root" },
  data_volumes: [disk("v1")],
  ...more,
});

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

  test("of a desktop in a list", async () => {
    const world = scripted([[page(ID), { json: { desktops: [desktop(other)], total_count: 1 } }]]);
    const { value } = await outcome(world.time, listDesktops(world.client, [ID], waiter(world.time, 60_000)));
    expect([...(value?.found ?? [])]).toMatchObject([[ID, { desktopId: ID }]]);
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

describe("a list of desktops", () => {
  async function list(ids: string[], exchanges: Exchange[], learnt = {}) {
    const world = scripted(exchanges);
    Object.assign(world.client.learnt, learnt);
    const result = await outcome(world.time, listDesktops(world.client, ids, waiter(world.time, 60_000)));
    world.end();
    const { value } = result;
    return {
      ...result,
      found: value && [...value.found.keys()],
      deleted: value && [...value.deleted],
      complete: value?.complete,
      learnt: world.client.learnt,
    };
  }
  const answer = (ids: string[], total: number | undefined = ids.length): Reply => ({
    json: { desktops: ids.map((id) => desktop(id)), total_count: total },
  });

  test.each<[string, string[], Exchange[], string[], boolean]>([
    ["one id", ["a"], [[page("a"), answer(["a"])]], ["a"], true],
    ["one id that is missing", ["a"], [[page("a"), answer([])]], [], true],
    ["absent-lists: no list at all", ["a"], [[page("a"), { json: { total_count: 0 } }]], [], true],
    ["several ids, joined", ["a", "b"], [[page("a%2Cb"), answer(["b", "a"])]], ["b", "a"], true],
    ["ids that were asked for twice", ["a", "a"], [[page("a"), answer(["a"])]], ["a"], true],
    [
      "by what came back, not by what was asked for",
      ["a", "b", "c"],
      [
        [page("a%2Cb%2Cc"), answer(["a"], 3)],
        [page("a%2Cb%2Cc", 1), answer(["b", "c"], 3)],
      ],
      ["a", "b", "c"],
      true,
    ],
    [
      "repeated-parameter: the filter is ignored",
      ["a", "b"],
      [[page("a%2Cb"), answer(["x", "a", "y", "b"])]],
      ["a", "b"],
      true,
    ],
    [
      "repeated-parameter: joined ids are one unknown id",
      ["a", "b"],
      [
        [page("a%2Cb"), answer([])],
        [page("a&desktop_id=b"), answer(["a", "b"])],
      ],
      ["a", "b"],
      true,
    ],
    [
      "two of three: the third is missing for certain",
      ["a", "b", "c"],
      [[page("a%2Cb%2Cc"), answer(["a", "b"])]],
      ["a", "b"],
      true,
    ],
    [
      "a total that never comes true: the service ends early",
      ["a"],
      [
        [page("a"), answer(["a"], 5)],
        [page("a", 1), answer([], 5)],
      ],
      ["a"],
      false,
    ],
    [
      "a total that never comes true: the service ignores the offset",
      ["a"],
      [
        [page("a"), answer(["a"], 5)],
        [page("a", 1), answer(["a"], 5)],
      ],
      ["a"],
      false,
    ],
    [
      "pages that overlap: one desktop may have been skipped",
      ["a", "b"],
      [
        [page("a%2Cb"), answer(["a"], 3)],
        [page("a%2Cb", 1), answer(["a", "b"], 3)],
      ],
      ["a", "b"],
      false,
    ],
    [
      "without a total: read until a page is empty",
      ["a"],
      [
        [page("a"), { json: { desktops: [desktop("a")] } }],
        [page("a", 1), { json: { desktops: [] } }],
      ],
      ["a"],
      true,
    ],
  ])("%s", async (_, ids, exchanges, found, complete) => {
    expect(await list(ids, exchanges)).toMatchObject({ found, complete });
  });

  test("a desktop that is listed as deleted is not there", async () => {
    const json = { desktops: [desktop("a", { status: "DELETED" }), desktop("b")], total_count: 2 };
    expect(await list(["a", "b"], [[page("a%2Cb"), { json }]])).toMatchObject({
      found: ["b"],
      deleted: ["a"],
    });
  });

  test("the form that is understood is asked first the next time", async () => {
    const { learnt } = await list(
      ["a", "b"],
      [
        [page("a%2Cb"), answer([])],
        [page("a&desktop_id=b"), answer(["a", "b"])],
      ],
    );
    expect(learnt).toMatchObject({ repeatedIds: true });
    expect((await list(["c", "d"], [[page("c&desktop_id=d"), answer(["c", "d"])]], learnt)).found).toEqual([
      "c",
      "d",
    ]);
  });

  test("a filter that is ignored lists everything once; the next time the other form is asked first", async () => {
    const { learnt } = await list(["a", "b"], [[page("a%2Cb"), answer(["x", "a", "b"])]]);
    expect(learnt).toMatchObject({ repeatedIds: true });
  });

  test.each<[string, Reply]>([
    ["no list and no total", { json: {} }],
    ["a refusal as 200", refusal(200, "WKS.0400")],
    ["HTML", { text: "<html>" }],
    ["an item without an id", { json: { desktops: [{}], total_count: 1 } }],
    ["403", refusal(403, "APIGW.0302")],
  ])("is none: %s", async (_, reply) => {
    const tries = "text" in reply ? 3 : 1;
    const { error } = await list(
      ["a"],
      Array.from({ length: tries }, (): Exchange => [page("a"), reply]),
    );
    expect(error).toMatchObject({ name: "ApiError" });
  });

  test("that always brings new desktops and never ends is given up", async () => {
    let served = 0;
    const world = scripted([]);
    const endless = jest.spyOn(world.client, "read").mockImplementation(() => {
      const desktops = Array.from({ length: 100 }, () => desktop(`d${served++}`));
      return Promise.resolve({
        body: { desktops, total_count: served + 1_000 },
        requestId: "",
        serverTime: undefined,
        method: "GET",
        path: "/",
        clean: (text: string) => text,
      });
    });
    const { value } = await outcome(
      world.time,
      listDesktops(world.client, ["d1"], waiter(world.time, 60_000)),
    );
    expect(value?.complete).toBe(false);
    expect(endless.mock.calls.length).toBeLessThanOrEqual(500);
  });
});

describe("a look-up of desktops", () => {
  const query = "GET /desktops/detail?computer_name=PC&tag=a%3D1%2Cb%3D2&limit=100&offset=0";
  const lookUp = async (reply: Reply, more: Exchange[] = []) => {
    const world = scripted([[query, reply], ...more]);
    const filter = { computerName: "PC", tags: { a: "1", b: "2" } };
    const result = await outcome(
      world.time,
      listDesktopFacts(world.client, filter, waiter(world.time, 60_000)),
    );
    world.end();
    return result;
  };

  test("shows what the desktops are, without those that are deleted", async () => {
    const tags = [{ key: "__proto__", value: "x" }, { key: "a", value: "1" }, { value: "no key" }];
    const full = desktop("d1", {
      tags,
      availability_zone: "az1",
      pool_id: "p",
      user_name: "u",
      enterprise_project_id: "0",
    });
    const { value } = await lookUp({
      json: { desktops: [full, desktop("d2", { status: "DELETED" })], total_count: 2 },
    });
    expect(value).toMatchObject([
      {
        desktop: { desktopId: "d1", computerName: "PC-d1", volumes: [{ volumeId: "v1" }] },
        availabilityZone: "az1",
        poolId: "p",
        userName: "u",
        enterpriseProjectId: "0",
        tags: new Map([
          ["__proto__", "x"],
          ["a", "1"],
        ]),
      },
    ]);
  });

  test("absent-lists: a desktop without data disks comes without the key, nothing found without a list", async () => {
    const bare = { desktops: [desktop("d1", { data_volumes: undefined })], total_count: 1 };
    expect((await lookUp({ json: bare })).value).toMatchObject([
      { desktop: { volumes: [] }, tags: new Map() },
    ]);
    expect((await lookUp({ json: { total_count: 0 } })).value).toEqual([]);
  });

  test("an incomplete list is an error: a program would delete the disks of desktops that are missing", async () => {
    const { error } = await lookUp({ json: { desktops: [desktop("d1")], total_count: 2 } }, [
      [query.replace("offset=0", "offset=1"), { json: { desktops: [], total_count: 2 } }],
    ]);
    expect(error?.message).toMatch(/its pages name 1 desktops, its total_count is 2/);
  });
});
