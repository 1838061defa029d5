import { UNKNOWN } from "../host";
import { setCodec } from "./codecs";
import type { DiskInputs } from "./inputs";
import { refusedByInputs } from "./plan";
import type { DiskState } from "./state";
import {
  adopt,
  asThree,
  delete_,
  fast,
  plansAre,
  retain,
  sas,
  short,
  ssd,
  three,
  withoutB,
} from "./testing/plans";
import { held, inputsOf, planned, stateOf } from "./testing/sets";

const pending = {
  jobId: "j",
  sentAt: "then",
  tookMs: 1,
  beforeIds: [],
  spec: { type: "SSD", size: 100 },
  request: [],
};

plansAre([
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
]);

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
