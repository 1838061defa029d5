import { outcome, type Reply, scripted, waiter } from "../../testing/scripted";
import { type CoreError, isApiError } from "./errors";
import { findDesktop, findDesktops } from "./lookups";
import type { DesktopQuery, DesktopsQuery } from "./lookupSchema";

const MINUTE = 60_000;

/** One page of the list; without a total, the answer has none. */
const page = (desktops: readonly object[] | undefined, total_count?: number): Reply => ({
  json: {
    ...(desktops === undefined ? {} : { desktops }),
    ...(total_count === undefined ? {} : { total_count }),
  },
});
const pc = (n: number, more: object = {}) => ({
  desktop_id: `d${n}`,
  computer_name: `pc-${n}`,
  status: "ACTIVE",
  ...more,
});

const list = (query: string, offset = 0) =>
  `GET /desktops/detail?${query === "" ? "" : `${query}&`}limit=100&offset=${offset}`;

async function names(
  query: DesktopsQuery,
  exchanges: readonly (readonly [string, Reply])[],
): Promise<string[] | Error> {
  const { client, time, end } = scripted(exchanges);
  const { value, error } = await outcome(time, findDesktops(client, query, waiter(time, 2 * MINUTE)));
  end();
  return value?.map(({ computerName }) => computerName) ?? error ?? new Error("nothing came");
}

async function one(query: DesktopQuery, exchanges: readonly (readonly [string, Reply])[]) {
  const { client, time, end } = scripted(exchanges);
  const result = await outcome(time, findDesktop(client, query, waiter(time, 2 * MINUTE)));
  end();
  return result;
}

describe("lists of desktops that add up", () => {
  test.each<[string, readonly (readonly [string, Reply])[], string[]]>([
    ["one page", [[list(""), page([pc(1), pc(2)], 2)]], ["pc-1", "pc-2"]],
    ["none, as an empty list", [[list(""), page([], 0)]], []],
    ["none, with the list absent", [[list(""), page(undefined, 0)]], []],
    [
      "pages by what came back",
      [
        [list(""), page([pc(2), pc(3)], 3)],
        [list("", 2), page([pc(1)], 3)],
      ],
      ["pc-1", "pc-2", "pc-3"],
    ],
    [
      "a list without total_count ends with an empty page",
      [
        [list(""), page([pc(1)])],
        [list("", 1), page([])],
      ],
      ["pc-1"],
    ],
    [
      "one that is deleted does not count",
      [[list(""), page([pc(1), pc(2, { status: "DELETED" })], 2)]],
      ["pc-1"],
    ],
  ])("%s", async (_, exchanges, expected) => {
    expect(await names({}, exchanges)).toEqual(expected);
  });
});

describe("lists that do not add up are an error and name no desktop", () => {
  test.each<[string, readonly (readonly [string, Reply])[]]>([
    [
      "fewer than total_count",
      [
        [list(""), page([pc(1)], 2)],
        [list("", 1), page([], 2)],
      ],
    ],
    ["nothing at all, though total_count says two", [[list(""), page([], 2)]]],
    ["an absent list, though total_count says two", [[list(""), page(undefined, 2)]]],
    ["more than total_count", [[list(""), page([pc(1), pc(2)], 1)]]],
    [
      "the same page again and again, as where offset is ignored",
      [
        [list(""), page([pc(1)], 2)],
        [list("", 1), page([pc(1)], 2)],
      ],
    ],
    ["neither a list nor a total", [[list(""), {}]]],
    ["a desktop without an id", [[list(""), page([{ computer_name: "x" }], 1)]]],
    ["a refusal that comes as 200", [[list(""), { json: { error_code: "WKS.0400", error_msg: "no" } }]]],
  ])("%s", async (_, exchanges) => {
    const error = await names({}, exchanges);
    expect(isApiError(error)).toBe(true);
  });
});

test("a list whose total_count never comes true ends", async () => {
  const desktops = Array.from({ length: 40 }, (_, index) => index);
  const pages = desktops.map((n): [string, Reply] => [list("", n), page([pc(n)], n + 2)]);
  const error = await names({}, [...pages, [list("", 40), page([], 42)]]);
  expect(isApiError(error)).toBe(true);
});

describe("filters are sent, and checked where the service ignored them", () => {
  const all = [
    pc(1, { tags: [{ key: "env", value: "prod" }], pool_id: "p", user_name: "ann" }),
    pc(2, { tags: [{ key: "env", value: "test" }], pool_id: "q", user_name: "bob", status: "SHUTOFF" }),
    pc(3),
  ];
  test.each<[DesktopsQuery, string, string[]]>([
    [{ tags: { env: "prod" } }, "tag=env%3Dprod", ["pc-1"]],
    [{ poolId: "p" }, "pool_id=p", ["pc-1", "pc-3"]],
    [{ userName: "Ann" }, "user_name=Ann", ["pc-1", "pc-3"]],
    [{ status: "shutoff" }, "status=shutoff", ["pc-2"]],
    [{ enterpriseProjectId: "0" }, "enterprise_project_id=0", ["pc-1", "pc-2", "pc-3"]],
    [{ namePrefix: "pc-2" }, "", ["pc-2"]],
  ])("%j", async (query, sent, expected) => {
    expect(await names(query, [[list(sent), page(all, 3)]])).toEqual(expected);
  });
});

describe("one desktop", () => {
  const byId = list("desktop_id=d1");
  const byName = list("computer_name=pc-1");

  test("by id, with its disks; its list of disks may be absent, and the filter ignored", async () => {
    const { value } = await one({ desktopId: "d1" }, [
      [
        byId,
        page(
          [
            pc(2, { data_volumes: [{ volume_id: "v2" }] }),
            pc(1, {
              root_volume: { volume_id: "root" },
              tags: [{ key: "__proto__", value: "x" }],
              availability_zone: "az",
              data_volumes: [
                { volume_id: "root" },
                { volume_id: "v1", type: "SSD", size: 10, create_time: "2020-04-10 06:45:14" },
              ],
            }),
          ],
          2,
        ),
      ],
    ]);
    expect(value).toEqual({
      desktopId: "d1",
      computerName: "pc-1",
      status: "ACTIVE",
      availabilityZone: "az",
      tags: Object.fromEntries([["__proto__", "x"]]),
      rootVolumeId: "root",
      dataVolumes: [{ volumeId: "v1", type: "SSD", size: 10, createTime: "2020-04-10 06:45:14" }],
    });
    expect((await one({ desktopId: "d1" }, [[byId, page([pc(1)], 1)]])).value).toMatchObject({
      dataVolumes: [],
      tags: {},
    });
  });

  test.each<[string, DesktopQuery, readonly (readonly [string, Reply])[], string, RegExp]>([
    [
      "none of that id",
      { desktopId: "d1" },
      [[byId, page([], 0)]],
      "HWD1902",
      /there is no desktop "d1" in project p of region r/,
    ],
    [
      "none of that name, but one that begins with it",
      { computerName: "pc-1" },
      [[byName, page([pc(11)], 1)]],
      "HWD1902",
      /no desktop "pc-1"/,
    ],
    [
      "two of one name",
      { computerName: "pc-1" },
      [[byName, page([pc(1), { ...pc(1), desktop_id: "d9" }], 2)]],
      "HWD1903",
      /2 desktops are called "pc-1" .*: d1, d9\. Give `desktopId`/,
    ],
    ["neither id nor name", {}, [], "HWD1901", /either desktopId or computerName/],
    ["both", { desktopId: "d1", computerName: "pc-1" }, [], "HWD1901", /either desktopId or computerName/],
    [
      "an empty id, as of a variable that is not set",
      { desktopId: "" },
      [],
      "HWD1901",
      /either desktopId or computerName/,
    ],
  ])("%s", async (_, query, exchanges, code, message) => {
    const { error } = await one(query, exchanges);
    expect((error as CoreError).code).toBe(code);
    expect(error?.message).toMatch(message);
  });
});
