/** Plans that would replace disks: changes that cost the data, and another desktop, region or project. */
import { UNKNOWN } from "../host";
import { adopt, asThree, plansAre, retain, sas, ssd, three } from "./testing/plans";
import { held, inputsOf, planned, stateOf } from "./testing/sets";

plansAre([
  // Changes that cost the data
  {
    what: "another type, not allowed",
    wanted: { ...asThree, b: ssd(500) },
    is: [],
    refused: [
      /^disks\.b\.type would change from "SAS" \(in state\) to "SSD" \(program\), which cannot be done in place: .*To keep the disk, set type: "SAS"\. To allow .*allowReplace: true \[HWD1103\]$/,
    ],
  },
  {
    what: "another type, allowed",
    wanted: { ...asThree, b: { ...ssd(500), allowReplace: true } },
    is: ["delete b vb (replaced)", "add b", "record"],
    lines: ["- b: disk vb is DELETED with its data, to be replaced", "+ b: a disk is added (SSD, 500 GB)"],
  },
  {
    what: "another type, allowed, retained",
    disks: { ...three, b: { ...three.b, ...retain, allowReplace: true } },
    wanted: { ...asThree, b: { ...ssd(500), ...retain, allowReplace: true } },
    is: ["forget b vb (replaced)", "add b"],
  },
  {
    what: "a type that is not known yet, allowed",
    disks: { a: held("va", { allowReplace: true }) },
    wanted: { a: { type: UNKNOWN, size: 100, allowReplace: true } },
    is: ["delete a va (replaced) (maybe)", "add a"],
    lines: [
      "- a: disk va is DELETED with its data, to be replaced, if a value that is not known yet differs",
      "+ a: a disk is added ((not known yet), 100 GB)",
    ],
  },
  {
    what: "a type that is not known yet, not allowed",
    disks: { a: held("va") },
    wanted: { a: { type: UNKNOWN, size: 100 } },
    is: ["record"],
  },
  {
    what: "shrinking",
    wanted: { ...asThree, a: ssd(90) },
    is: [],
    refused: [
      /^disks\.a\.size would change from 100 GB \(in state\) to 90 GB \(program\): a disk cannot shrink.*Set size to 100;.*\[HWD1104\]$/,
    ],
  },

  // Another desktop, region or project
  {
    what: "another desktop, not allowed",
    wanted: asThree,
    inputs: { desktopId: "other" },
    is: [],
    refused: [
      /^desktopId would change from "desk" \(in state\) to "other".*set desktopId: "desk"\..*\[HWD1103\]$/,
    ],
  },
  {
    what: "another desktop, allowed for all",
    wanted: asThree,
    inputs: { desktopId: "other", shared: { allowReplace: true } },
    is: ["REPLACE desktopId", "record"],
  },
  {
    what: "another desktop, allowed for all but one",
    wanted: { ...asThree, b: { ...sas(), allowReplace: false } },
    inputs: { desktopId: "other", shared: { allowReplace: true } },
    is: ["record"],
    refused: [/^desktopId .*\[HWD1103\]$/],
  },
  {
    what: "another desktop, one protected in state",
    disks: { ...three, c: { ...three.c, deletionProtection: true } },
    wanted: asThree,
    inputs: { desktopId: "other", shared: { allowReplace: true } },
    is: ["record"],
    refused: [
      /^desktopId .*deletionProtection: true in state forbids.* set desktopId: "desk"\. To replace it all the same, first do that, set deletionProtection: false and run "pulumi up"; then set desktopId: "other" and allowReplace: true, .* \[HWD1105\]$/,
    ],
  },
  {
    what: "another desktop while an entry names a disk of the old one",
    disks: { a: held("va") },
    wanted: { a: { ...adopt("va"), allowReplace: true } },
    inputs: { desktopId: "other" },
    is: ["record"],
    refused: [/^desktopId .*existingVolumeId names va.*\[HWD1103\]$/],
  },
  {
    what: "the same desktop in other letters",
    wanted: asThree,
    inputs: { desktopId: "DESK", shared: { allowReplace: true } },
    is: ["record"],
    refused: [/^desktopId .*small and capital letters only: write it as it was \[HWD1103\]$/],
  },
  {
    what: "a desktop that is not known yet, not allowed",
    wanted: asThree,
    inputs: { desktopId: UNKNOWN },
    is: ["record"],
  },
  {
    what: "a desktop that is not known yet, allowed",
    wanted: asThree,
    inputs: { desktopId: UNKNOWN, shared: { allowReplace: true } },
    is: ["REPLACE desktopId", "record"],
  },
  {
    what: "a desktop that is not known yet, allowed by a value that is not known yet",
    disks: { a: held("va") },
    wanted: { a: { ...ssd(), allowReplace: UNKNOWN } },
    inputs: { desktopId: UNKNOWN },
    is: ["REPLACE desktopId", "record"],
  },
]);

test("another region is refused with where the new value comes from, and how to keep the disk", () => {
  const effective = { region: "s", projectId: "p", sources: { region: "HW_REGION_NAME" } };
  expect(planned(stateOf(three), inputsOf(asThree), effective).refused).toEqual([
    expect.stringMatching(
      /^region would change from "r" \(in state\) to "s" \(HW_REGION_NAME\),.*To keep the disk, correct the source of the new value, or set region: "r" on the resource; if the value in state is the wrong one, .*HWD1103/,
    ),
  ]);
});

test.each<[string, object, object, boolean]>([
  ["another endpoint", {}, { endpoint: "https://f" }, true],
  ["the endpoint in force", {}, { endpoint: "https://e" }, false],
  ["another profile", { profile: "me" }, {}, true],
  ["another IAM", { iamEndpoint: "https://i" }, {}, true],
])("%s is recorded without a call: %p", (_what, place, effective, record) => {
  expect(planned(stateOf(three), inputsOf(asThree, { place }), effective).plan).toMatchObject({
    replaces: [],
    record,
  });
});

test("another desktop shows every disk that goes and every one that comes", () => {
  const state = stateOf({ a: held("va"), b: held("vb", retain) });
  const moved = inputsOf({ a: ssd(), d: sas(20) }, { desktopId: "other", shared: { allowReplace: true } });
  expect(planned(state, moved).lines).toEqual([
    "- a: disk va is DELETED with its data, to be replaced",
    "- b: disk vb stays on the desktop and is no longer managed",
    "+ a: a disk is added (SSD, 100 GB)",
    "+ d: a disk is added (SAS, 20 GB)",
  ]);
});
