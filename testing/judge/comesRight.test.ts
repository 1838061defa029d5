import { judged, v, w } from "./judged";
import type { RealDisk } from "./record";
import { DESKTOP, ends, holding, SSD } from "./sketch";

describe("comes-right", () => {
  const promise = "comes-right";
  const declared = [{ resource: "a", name: "", desktop: DESKTOP, ...SSD }];
  const held = [holding("v")];
  const right = { declared, held, truth: [v] };
  const refused = [{ resource: "a", desktop: DESKTOP, did: "create" as const, error: "no" }];
  const ten = Array.from({ length: 10 }, (_, index): RealDisk => ({ ...v, volumeId: `theirs-${index}` }));
  const before = { initial: [v] };
  judged([
    [
      "everything is as declared, and goes",
      undefined,
      { ...before, ending: [ends("up", right), ends("second up", right), ends("destroy")] },
    ],
    ["the up fails", promise, { ...before, ending: [ends("up", { ...right, outcomes: refused })] }],
    [
      "the up fails on a desktop that is full",
      undefined,
      { initial: ten, ending: [ends("up", { declared, outcomes: refused })] },
    ],
    ["a declared disk is not there", promise, { ...before, ending: [ends("up", { ...right, held: [] })] }],
    [
      "a disk has another size",
      promise,
      { ...before, ending: [ends("up", { ...right, truth: [{ ...v, size: 30 }] })] },
    ],
    [
      "a disk is in state and not declared",
      promise,
      { ...before, ending: [ends("up", { ...right, declared: [] })] },
    ],
    [
      "a second up has something to do",
      promise,
      {
        ...before,
        ending: [
          ends("second up", { ...right, outcomes: [{ resource: "a", desktop: DESKTOP, did: "update" }] }),
        ],
      },
    ],
    [
      "destroy leaves a disk of ours",
      promise,
      { ...before, ending: [ends("up", right), ends("destroy", { truth: [v] })] },
    ],
    [
      "destroy leaves a disk of others",
      undefined,
      { initial: [v, w], ending: [ends("up", right), ends("destroy", { truth: [w] })] },
    ],
  ]);
});
