/** What the command asks the service, and what it makes of the answers. */
import { desktopId } from "../testing/emulatedCloud";
import { EXIT } from "./exits";
import { brief, cloud, desktop, disk, file, open, report } from "./testing/command";
import { creating, exported } from "./testing/states";

describe("an interrupted create", () => {
  const cut = () =>
    file(
      "dev.json",
      exported(
        "dev",
        [],
        [creating("DataDiskAttachment", "cut", { desktopId: desktopId(1), type: "SSD", size: 100 })],
      ),
    );

  const readings = [
    [],
    ["narrow-job-lists"],
    ["sparse-sub-jobs"],
    ["no-official-job-words"],
    ["lagging-reads"],
  ];

  test.each(readings.map((dialects) => [dialects]))(
    "is not judged while its job runs: %j",
    async (dialects) => {
      await open({ dialects, jobTimeMs: 600_000 });
      desktop(1, []);
      cloud.emulator.addFault({
        fault: "volumes-added",
        desktop_id: desktopId(1),
        volumes: [{ type: "SSD", size: 100 }],
        job: "visible",
      });
      // The job list may lag as well.
      await cloud.time.pass(11_000);

      expect((await report([cut()], EXIT.problems)).findings).toMatchObject([
        { kind: "pending-operation", busy: true, remedies: [{ commands: [] }] },
      ]);
    },
  );

  test.each(readings.map((dialects) => [dialects]))("is judged when no job runs: %j", async (dialects) => {
    await open({ dialects });
    desktop(1, []);

    expect((await report([cut()], EXIT.problems)).findings).toMatchObject([
      { kind: "pending-operation", busy: false, mayHaveAdded: [] },
    ]);
  });

  test("has its disk although a read lags behind the end of its job", async () => {
    await open();
    desktop(1, []);
    void cloud.time.until(cloud.clock.sleep(12_000)).then(() => {
      desktop(1, ["late"]);
    });

    expect((await report([cut()], EXIT.problems)).findings).toMatchObject([
      { kind: "pending-operation", busy: false, mayHaveAdded: [{ volumeId: "late" }] },
    ]);
  });
});

test("250 desktops are read with three calls, and the one that is missing there singly", async () => {
  await open();
  const numbers = Array.from({ length: 250 }, (_, index) => index + 1);
  for (const number of numbers) if (number !== 77) desktop(number, [`v${number}`]);

  const { findings, desktops } = await report(
    [
      file(
        "dev.json",
        exported(
          "dev",
          numbers.map((number) => disk(`a${number}`, number, `v${number}`)),
        ),
      ),
    ],
    EXIT.problems,
  );

  expect(findings).toMatchObject([
    { kind: "gone-volume", volumes: [{ volumeId: "v77" }], desktopDeleted: true },
  ]);
  expect(desktops).toHaveLength(250);
  const calls = cloud.emulator
    .requests()
    .map(({ path, query }) => ({ path, ids: String(query.desktop_id).split(",") }));
  expect(calls.filter(({ ids }) => ids.length > 1)).toHaveLength(3);
  expect(
    calls
      .filter(({ ids }) => ids.length <= 1)
      .every(({ path, ids }) => path.endsWith(desktopId(77)) || ids[0] === desktopId(77)),
  ).toBe(true);
});

describe("what proves nothing is an error and never called gone", () => {
  const refusal = (code: string) => ({ error_code: code, error_msg: "refused" });
  beforeEach(() => open());

  test.each([
    ["a 401", { fault: "respond", status: 401, body: refusal("WKS.0001") }],
    ["a 403", { fault: "respond", status: 403, body: refusal("WKS.0403") }],
    ["a gateway's 404", { fault: "respond", status: 404, body: refusal("APIGW.0101") }],
    ["a bare 404", { fault: "wrong-project" }],
  ] as const)("%s", async (_, fault) => {
    desktop(1, []);
    desktop(2, ["v2", "stray"]);
    const match = { operation: "ShowDesktopDetail", desktop_id: desktopId(1) };
    cloud.emulator.addFault({ ...fault, times: "always", match });
    cloud.emulator.addFault({ fault: "list-misses-desktop", desktop_id: desktopId(1), times: "always" });

    const { findings, errors, desktops } = await report(
      [file("dev.json", exported("dev", [disk("a", 1, "v1"), disk("b", 2, "v2")]))],
      EXIT.error,
    );

    expect(findings).toMatchObject([{ kind: "unowned-volume", volumeId: "stray" }]);
    expect(errors).toMatchObject([{ desktopId: desktopId(1) }]);
    expect(desktops.map(({ shown }) => shown)).toEqual(["unreadable", "there"]);
  });

  test("one answer that does not show a disk does not make it gone; the system disk is no orphan", async () => {
    desktop(1, ["v1"]);
    desktop(2, ["v2"]);
    cloud.emulator.addFault({ fault: "root-among-data", desktop_id: desktopId(2), times: "always" });
    cloud.emulator.addFault({
      fault: "respond",
      status: 200,
      match: { operation: "ListDesktopsDetail" },
      body: {
        total_count: 1,
        desktops: [{ desktop_id: desktopId(1), computer_name: "one", status: "ACTIVE", data_volumes: [] }],
      },
    });

    expect(
      brief(
        await report(
          [file("dev.json", exported("dev", [disk("a", 1, "v1"), disk("b", 2, "v2")]))],
          EXIT.none,
        ),
      ),
    ).toEqual([]);
  });
});

describe("in every reading of the documents", () => {
  test.each([
    [[]],
    [["no-absent-lists"]],
    [["errors-as-200"]],
    [["no-official-job-words"]],
    [["zoneless-times"]],
    [["narrow-job-lists"]],
    [["sparse-sub-jobs"]],
    [["unknown-as-400"]],
    [["lagging-reads"]],
    [["repeated-parameter"]],
    [
      [
        "unknown-as-400",
        "lagging-reads",
        "repeated-parameter",
        "narrow-job-lists",
        "zoneless-times",
        "sparse-sub-jobs",
      ],
    ],
  ])("%j: orphans, disks that are gone and a deleted desktop are told apart", async (dialects) => {
    await open({ dialects });
    desktop(1, ["v1", "stray"]);
    desktop(2, []);

    expect(
      brief(
        await report(
          [
            file(
              "dev.json",
              exported("dev", [disk("a", 1, "v1"), disk("b", 2, "gone"), disk("c", 3, "lost")]),
            ),
          ],
          EXIT.problems,
        ),
      ),
    ).toEqual(["unowned-volume stray", "gone-volume gone", "gone-volume lost"]);
  });
});
