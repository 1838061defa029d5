import type { Volume } from "../api/volumes";
import type { Clock } from "../host";
import { runBatch } from "./runBatch";
import { add, becoming, remove } from "./testing/runScript";
import { ended, type Script, ScriptedDesktop } from "./testing/scriptedDesktop";
import { disk, SAS } from "./testing/times";
import type { VolumeRequest } from "./volumeRequest";

/** Runs requests as one batch, each with its own deadline in ms: outcomes, and what left for the service. */
async function runWith(
  script: Script,
  requestsOf: (clock: Clock) => readonly (readonly [VolumeRequest, timeoutMs?: number])[],
) {
  const desktop = new ScriptedDesktop(script);
  const members = requestsOf(desktop.clock).map(([request, timeoutMs]) => desktop.member(request, timeoutMs));
  const outcomes = members.map(({ result }) =>
    result.then(
      (volume: Volume | undefined) => volume?.volumeId ?? "done",
      (error: unknown) => String(error),
    ),
  );
  await desktop.time.until(runBatch(desktop, members));
  const sent = desktop.calls.filter((call) => / (?:add|delete) /.test(call));
  return { results: await Promise.all(outcomes), sent };
}

/** Only `w` is deleted, by a request that waits 5 s for its turn. */
const wIsDeleted: Script = {
  ...becoming([disk("v"), disk("w")], 12, [disk("v")]),
  sends: [{ accepted: "j", turnMs: 5_000 }],
  jobs: { j: [12, ended("j", [10, 12])] },
};

describe("while a request waits for its turn, or for new credentials", () => {
  test("an add whose time passes is not bought with the others", async () => {
    const script: Script = {
      ...becoming([], 9, [disk("b", 7)]),
      sends: [{ accepted: "j", turnMs: 5_000 }],
      jobs: { j: [9, ended("j", [5, 9])] },
    };
    const { results, sent } = await runWith(script, () => [[{ kind: "add", spec: SAS }, 4_000], [add]]);

    expect(results).toEqual([
      expect.stringMatching(/timed out after 4s.*No change was sent.*\[HWD1501\]$/),
      "b",
    ]);
    expect(sent).toEqual(["10 add SSD 20"]);
  });

  test("a delete whose time passes deletes nothing", async () => {
    const { results, sent } = await runWith(wIsDeleted, () => [[remove("v"), 4_000], [remove("w")]]);

    expect(results).toEqual([expect.stringMatching(/No change was sent.*\[HWD1501\]$/), "done"]);
    expect(sent).toEqual(["10 delete w"]);
  });

  test("a delete whose disk another resource claims meanwhile deletes nothing", async () => {
    const { results, sent } = await runWith(wIsDeleted, (clock) => {
      const veto = () => (clock.now() < 1_000 ? undefined : new Error("another has claimed it"));
      return [[{ kind: "delete", volumeId: "v", veto }], [remove("w")]];
    });

    expect(results).toEqual([expect.stringMatching(/another has claimed it/), "done"]);
    expect(sent).toEqual(["10 delete w"]);
  });
});

test("an add ends a little before its deadline, also where nothing was sent yet: nothing is sent after that", async () => {
  const script: Script = { ...becoming([], 1e6, []), sends: [{ accepted: "j", turnMs: 3_700 }] };
  const { results, sent } = await runWith(script, () => [[add, 4_000]]);

  expect(results).toEqual([expect.stringMatching(/No change was sent.*\[HWD1501\]$/)]);
  expect(sent).toEqual([]);
});
