import { type Exchange, outcome, refusal, type Reply, scripted, waiter } from "../../../testing/scripted";
import { listDesktopFacts, listDesktops } from "./desktops";
import { desktop } from "./testing/desktopAnswers";

const page = (ids: string, offset = 0) => `GET /desktops/detail?desktop_id=${ids}&limit=100&offset=${offset}`;

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

test("a desktop in a list has the id that was asked for, whatever its case", async () => {
  const ID = "AB54CDEF-0000-4000-8000-00000000000D";
  const world = scripted([[page(ID), { json: { desktops: [desktop(ID.toLowerCase())], total_count: 1 } }]]);
  const { value } = await outcome(world.time, listDesktops(world.client, [ID], waiter(world.time, 60_000)));
  expect([...(value?.found ?? [])]).toMatchObject([[ID, { desktopId: ID }]]);
  world.end();
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
