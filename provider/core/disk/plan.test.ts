import { setCodec } from "./codecs";
import type { DiskInputs } from "./inputs";
import { UNKNOWN } from "../host";
import { hasChanges, type Plan, refusedByInputs } from "./plan";
import type { DiskState, SetState } from "./state";
import { held, inputsOf, planned, stateOf } from "./testing/sets";

const ssd = (size = 100): DiskInputs => ({ type: "SSD", size });
const sas = (size = 500): DiskInputs => ({ type: "SAS", size });
const adopt = (existingVolumeId: string | typeof UNKNOWN, disk = ssd()): DiskInputs => ({
  ...disk,
  existingVolumeId,
  deletionProtection: false,
});

const three = { a: held("va"), b: held("vb", { type: "SAS", size: 500 }), c: held("vc") };
const asThree = { a: ssd(), b: sas(), c: ssd() };
const { b: _b, ...withoutB } = asThree;

/** What a plan comes to, in short: `keep a`, `delete b (vb)`, … */
function short({ steps, replaces, record }: Plan): string[] {
  const told = steps.map((step) => {
    switch (step.is) {
      case "keep": {
        const changes = [
          step.from === step.name ? "" : `from ${step.from}`,
          step.grow === undefined ? "" : `grow ${String(step.grow)}`,
        ];
        const speed =
          step.qos === undefined ? "" : `qos ${String(step.qos.iops)}/${String(step.qos.throughput)}`;
        return ["keep", step.name, ...changes, speed].filter((word) => word !== "").join(" ");
      }
      case "add":
        return `add ${step.name}${step.pending === undefined ? "" : " (pending)"}`;
      case "settle":
        return `settle ${step.name}`;
      case "adopt":
        return `adopt ${step.name} ${String(step.volumeId)}${step.released ? " (released)" : ""}`;
      default:
        return `${step.is} ${step.name} ${step.disk.volumeId}${step.replaced ? " (replaced)" : ""}${step.maybe ? " (maybe)" : ""}`;
    }
  });
  return [
    ...told.filter((one) => !/^keep \S+$/.test(one)),
    ...replaces.map((one) => `REPLACE ${one}`),
    ...(record ? ["record"] : []),
  ];
}

interface Case {
  what: string;
  /** Default: three disks a, b (SAS) and c. */
  disks?: Record<string, DiskState>;
  state?: Partial<SetState>;
  wanted: Parameters<typeof inputsOf>[0];
  inputs?: Parameters<typeof inputsOf>[1];
  is: string[];
  refused?: (string | RegExp)[];
  lines?: string[];
}

const delete_ = { deletionPolicy: "delete" as const };
const retain = { deletionPolicy: "retain" as const };
const fast = { type: "GPSSD2", size: 100, iops: 3000, throughput: 125 };
const pending = {
  jobId: "j",
  sentAt: "then",
  tookMs: 1,
  beforeIds: [],
  spec: { type: "SSD", size: 100 },
  request: [],
};

const cases: Case[] = [
  { what: "the same names", wanted: asThree, is: [], lines: [] },
  { what: "the same names in another order", wanted: { c: ssd(), a: ssd(), b: sas() }, is: [] },
  {
    what: "a new name",
    wanted: { ...asThree, d: ssd(20) },
    is: ["add d"],
    lines: ["+ d: a disk is added (SSD, 20 GB)"],
  },
  {
    what: "growing, and a new speed",
    disks: { a: held("va", fast) },
    wanted: { a: { ...fast, size: 200, iops: 4000 } },
    is: ["keep a grow 200 qos 4000/125"],
    lines: ["~ a: disk va grows from 100 to 200 GB", "~ a: disk va gets 4000 IOPS, 125 MiB/s"],
  },
  {
    what: "values that are not known yet",
    wanted: {
      ...asThree,
      a: { type: "SSD", size: UNKNOWN },
      d: { type: UNKNOWN, size: UNKNOWN },
      e: adopt(UNKNOWN),
      f: UNKNOWN,
    },
    is: ["keep a grow Symbol(not known yet)", "add d", "adopt e Symbol(not known yet)", "add f"],
    lines: [
      "~ a: disk va grows from 100 to (not known yet) GB",
      "+ d: a disk is added ((not known yet), (not known yet) GB)",
      "+ e: disk (not known yet) is adopted (SSD, 100 GB)",
      "+ f: a disk is added (not known yet)",
    ],
  },
  {
    what: "disks that are not known yet: those that may go",
    disks: {
      a: held("va"),
      b: held("vb", delete_),
      c: held("vc", { allowReplace: true }),
      d: held("vd", { ...delete_, deletionProtection: true }),
      e: held("ve", { deletionPolicy: "retain" }),
    },
    wanted: UNKNOWN,
    is: ["record"],
    lines: [
      "- b: disk vb is DELETED with its data, if disks, which is not known yet, lacks this name or asks for another one",
      "- c: disk vc is DELETED with its data, if disks, which is not known yet, asks for another one",
    ],
  },
  {
    what: "an entry that is not known yet",
    disks: { a: held("va"), b: held("vb") },
    wanted: { a: ssd(), b: UNKNOWN },
    is: ["record"],
    lines: [
      "- b: disk vb is DELETED with its data, if its entry, which is not known yet, asks for another type or key and has allowReplace: true",
    ],
  },
  { what: "policy for all disks", wanted: asThree, inputs: { shared: delete_ }, is: ["record"] },
  {
    what: "protection of one disk",
    wanted: { ...asThree, a: { ...ssd(), deletionProtection: true } },
    is: ["record"],
  },
  { what: "what failed half-way", state: { unfinished: true }, wanted: asThree, is: ["record"] },

  // A name that leaves the set
  {
    what: "a name that leaves, and no policy in state",
    wanted: withoutB,
    is: [],
    refused: [
      /^disks\.b is gone from the program, but disks\.b has disk vb, and no deletionPolicy in state says what becomes of it\. Put .*\n {4}deletionPolicy: "retain" .*\n {4}deletionPolicy: "delete" .*\nTo move the disk .*"retain".*existingVolumeId: "vb" on the other resource, and run "pulumi up"\. .*existingVolumeId: "vb" under the new name, with deletionProtection or deletionPolicy \[HWD1106\]$/,
    ],
  },
  {
    what: "a name that leaves, with a policy that only the program has",
    wanted: withoutB,
    inputs: { shared: delete_ },
    is: ["record"],
    refused: [
      /^disks\.b .* The program now says deletionPolicy: "delete" for the whole set, but the state does not yet: put the name back for one "pulumi up"\. .* \[HWD1106\]$/s,
    ],
  },
  {
    what: "a name that leaves, delete",
    disks: { ...three, b: { ...three.b, ...delete_ } },
    wanted: withoutB,
    is: ["delete b vb"],
    lines: ["- b: disk vb is DELETED with its data"],
  },
  {
    what: "a name that leaves, retain",
    disks: { ...three, b: { ...three.b, ...retain } },
    wanted: withoutB,
    is: ["forget b vb"],
    lines: ["- b: disk vb stays on the desktop and is no longer managed"],
  },
  {
    what: "a name that leaves, protected, whatever the policy says",
    disks: { ...three, b: { ...three.b, ...delete_, deletionProtection: true } },
    wanted: withoutB,
    is: [],
    refused: [
      /^disks\.b is gone .*disk vb, which deletionProtection: true in state protects\. To move .*"retain", run "pulumi up", .*existingVolumeId: "vb" on the other resource\. To delete .*"delete"\. .*existingVolumeId: "vb" under the new name, .* \[HWD1105\]$/,
    ],
  },
  {
    what: "a new name of the same kind while one leaves without a policy",
    disks: { data: held("vd") },
    wanted: { files: ssd() },
    is: ["add files"],
    refused: [/^disks\.data .*existingVolumeId: "vd" under the new name, .* \[HWD1106\]$/s],
  },
  {
    what: "a new name of the same kind while one leaves with delete: no look-alike is guessed",
    disks: { data: held("vd", delete_) },
    wanted: { files: ssd() },
    is: ["add files", "delete data vd"],
  },
  {
    what: "a name that leaves while another does not know yet which disk it adopts",
    wanted: { ...withoutB, d: adopt(UNKNOWN, sas()) },
    is: ["adopt d Symbol(not known yet)", "record"],
  },

  // A disk that gets another name
  {
    what: "another name for a disk",
    disks: { data: held("vd") },
    wanted: { files: adopt("vd") },
    is: ["keep files from data"],
    lines: ["~ files: disk vd keeps its data, its name was data"],
  },
  {
    what: "another name, protected",
    disks: { data: held("vd", { deletionProtection: true }) },
    wanted: { files: { ...adopt("vd"), deletionProtection: true } },
    is: ["keep files from data"],
  },
  {
    what: "another name and growing",
    disks: { data: held("vd") },
    wanted: { files: adopt("vd", ssd(200)) },
    is: ["keep files from data grow 200"],
  },
  {
    what: "another name and another type",
    disks: { data: held("vd") },
    wanted: { files: { ...adopt("vd", sas(100)), allowReplace: true } },
    is: ["record", "keep files from data"],
    refused: [
      /^disks\.files\.type would change from "SSD" \(in state\) to "SAS".*Remove existingVolumeId .*\[HWD1103\]$/,
    ],
  },
  {
    what: "a second name for a disk whose name stays",
    disks: { data: held("vd") },
    wanted: { data: ssd(), files: adopt("vd") },
    is: [],
    refused: [
      "disks.files.existingVolumeId names vd, which is the disk of disks.data: a disk has one name. Remove one of the two [HWD1107]",
    ],
  },
  {
    what: "two disks that would change their names with each other",
    disks: { a: held("va"), b: held("vb") },
    wanted: { a: adopt("vb"), b: adopt("va") },
    is: [],
    refused: [
      /^disks\.a\.existingVolumeId names vb \(program\), but this resource holds va \(in state\)/,
      /^disks\.b\.existingVolumeId names va/,
    ],
  },

  // Released disks
  {
    what: "a name that comes back takes its disk back",
    disks: {},
    state: { released: new Map([["data", "vd"]]) },
    wanted: { data: ssd() },
    is: ["adopt data vd (released)"],
    lines: ["+ data: disk vd is taken back (SSD, 100 GB)"],
  },
  {
    what: "a name that comes back and names another disk adopts that one",
    disks: {},
    state: { released: new Map([["data", "vd"]]) },
    wanted: { data: adopt("other") },
    is: ["adopt data other"],
  },
  {
    what: "another name than the released one buys",
    disks: {},
    state: { released: new Map([["data", "vd"]]) },
    wanted: { files: ssd() },
    is: ["add files"],
  },

  {
    what: "a name that comes back while another one names its disk",
    disks: {},
    state: { released: new Map([["data", "vd"]]) },
    wanted: { data: ssd(), files: adopt("vd") },
    is: ["adopt data vd (released)"],
    refused: [/^disks\.files\.existingVolumeId names vd, which is the disk of disks\.data/],
  },

  // Adds of an earlier run that nobody knows the outcome of
  {
    what: "a pending add is looked for first",
    disks: {},
    state: { pendingAdds: new Map([["data", pending]]) },
    wanted: { data: ssd() },
    is: ["add data (pending)"],
    lines: [
      "+ data: the disk of an earlier run is looked for (SSD, 100 GB); only if there is none, one is added",
    ],
  },
  {
    what: "a pending add whose name leaves",
    disks: {},
    state: { pendingAdds: new Map([["data", pending]]) },
    wanted: {},
    is: ["settle data"],
    lines: ["- data: a disk that an earlier run may have added is looked for; it is not deleted"],
  },

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
];

test.each(cases.map((one): [string, Case] => [one.what, one]))(
  "%s",
  (_what, { disks = three, state, wanted, inputs, is, refused = [], lines }) => {
    const found = planned(stateOf(disks, state), inputsOf(wanted, inputs));
    expect(short(found.plan).sort()).toEqual([...is].sort());
    expect(found.refused).toHaveLength(refused.length);
    for (const [at, expected] of refused.entries()) expect(found.refused[at]).toMatch(expected);
    if (lines !== undefined) expect([...found.lines].sort()).toEqual([...lines].sort());
    expect(hasChanges(found.plan)).toBe(is.length > 0);
  },
);

test.each(["constructor", "toString", "valueOf", "__proto__", "hasOwnProperty"])(
  "%s is a name like any other",
  (name) => {
    const named = <T>(value: T) => Object.fromEntries([[name, value]]);
    const one = (state: Record<string, DiskState>, wanted: Record<string, DiskInputs>) =>
      short(planned(stateOf(state), inputsOf(wanted)).plan);
    expect(one({}, named(ssd()))).toEqual([`add ${name}`]);
    expect(one(named(held("v", delete_)), {})).toEqual([`delete ${name} v`]);
    expect(one(named(held("v")), named(ssd()))).toEqual([]);
    expect(one({ other: held("v") }, named(adopt("v")))).toEqual([`keep ${name} from other`]);
  },
);

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

test("by the old inputs alone, a check refuses what they show already, and not what only state can tell", () => {
  const check = (olds: DiskInputs, news: DiskInputs, desktopId = "desk") =>
    refusedByInputs(inputsOf({ a: olds }), inputsOf({ a: news }, { desktopId }), setCodec).map(
      ({ property }) => property,
    );
  expect(check(ssd(), ssd(200))).toEqual([]);
  // A growth that failed keeps its inputs: whether this shrinks, only state can tell.
  expect(check(ssd(200), ssd(100))).toEqual([]);
  expect(check(ssd(), { ...ssd(), kmsId: "k" })).toEqual([]);
  expect(check(ssd(), sas())).toEqual(["disks.a.type"]);
  expect(check(ssd(), ssd(), "other")).toEqual(["desktopId"]);
  expect(check({ type: UNKNOWN, size: 10 }, sas())).toEqual([]);
});
