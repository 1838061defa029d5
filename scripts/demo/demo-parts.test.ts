import { countCalls, kindOfCall } from "./api-calls";
import { typedCommand } from "./commands";
import { parseExport } from "./emulator";
import { alignTable, reportTable } from "./table";

test.each([
  ["POST", "/v2/p1/desktops/d1/volumes", "add"],
  ["POST", "/v2/p1/desktops/d1/volumes/batch-delete", "batch-delete"],
  ["POST", "/v2/p1/volumes", "add on many desktops"],
  ["POST", "/v2/p1/volumes/expand", "expand"],
  ["PUT", "/v2/p1/volumes/batch-modify-qos", "change QoS"],
  ["GET", "/v2/p1/desktops/detail", "list desktops"],
  ["GET", "/v2/p1/desktops/d1", "show desktop"],
  ["GET", "/v2/p1/workspace-jobs/j1", "show job"],
  ["GET", "/v2/p1/workspace-sub-jobs", "list sub-jobs"],
  ["POST", "/v3/auth/tokens", "get token"],
  ["DELETE", "/v2/p1/desktops/d1", "DELETE /v2/p1/desktops/d1"],
])("%s %s is called %s", (method, path, kind) => {
  expect(kindOfCall(method, path)).toBe(kind);
});

test("calls are counted by kind, and conflicts among them", () => {
  const add = { method: "POST", path: "/v2/p1/desktops/d1/volumes" };
  const show = { method: "GET", path: "/v2/p1/desktops/d1" };

  const { kinds, conflicts } = countCalls([
    { ...show, status: 200 },
    { ...add, status: 409 },
    { ...add, status: 200 },
    { ...show, status: null },
  ]);

  expect([...kinds]).toEqual([
    ["show desktop", 2],
    ["add", 2],
  ]);
  expect(conflicts).toBe(1);
});

test("the table has a column an operation and a row a kind of call", () => {
  const calls = (kinds: Record<string, number>, conflicts = 0) => ({
    kinds: new Map(Object.entries(kinds)),
    conflicts,
  });

  expect(
    reportTable([
      { name: "up", ms: 12_345, calls: calls({ add: 3, "show desktop": 12 }, 1) },
      { name: "preview", ms: 2_040, calls: calls({}) },
      { name: "destroy", ms: 6_000, calls: calls({ "show desktop": 4, "batch-delete": 3 }) },
    ]),
  ).toEqual([
    "                      up   preview   destroy",
    "time              12.3 s     2.0 s     6.0 s",
    "API calls             15         0         7",
    "  add                  3         0         0",
    "  show desktop        12         0         4",
    "  batch-delete         0         0         3",
    "conflicts (409)        1         0         0",
  ]);
});

test("rows may be of different length", () => {
  expect(alignTable([["a"], ["bb", "1"], ["c", "22"]])).toEqual(["a", "bb    1", "c    22"]);
});

test.each([
  ["export HW_REGION_NAME=cn-north-4", ["HW_REGION_NAME", "cn-north-4"]],
  ["export HW_AUTH_URL='http://127.0.0.1:1/v3'", ["HW_AUTH_URL", "http://127.0.0.1:1/v3"]],
  [`export HW_SECRET_KEY="a=b"`, ["HW_SECRET_KEY", "a=b"]],
  ["HW_REGION_NAME=cn-north-4", undefined],
  ["listening on http://127.0.0.1:1", undefined],
])("%s sets %j", (line, variable) => {
  expect(parseExport(line)).toEqual(variable);
});

test("a command line is quoted where a shell needs it", () => {
  expect(
    typedCommand(["config", "set-all", "--plaintext", "desktopIds[0]=d-1", "--config-file", "/tmp/x.yaml"]),
  ).toBe("pulumi config set-all --plaintext 'desktopIds[0]=d-1' --config-file /tmp/x.yaml");
});
