import { regionMeantBy } from "../auth/regions";
import { UNKNOWN } from "../host";
import { Forewarnings } from "./forewarnings";
import { inputsOf } from "./testing/sets";

const connections = {
  effective: ({ region = "cn-nroth-4" }: { region?: string }) => ({ region }),
  setBy: ({ region }: { region?: string }) => (region === undefined ? { region: "HW_REGION_NAME" } : {}),
};
const desktopId = "3ec05f83-b8a3-4c72-857f-b33f55943320";
const nothing = { ...inputsOf({}), desktopId };
const right = { ...inputsOf({}, { place: { region: "cn-north-4" } }), desktopId };

function warned(wanted: object, isNew = true, old = nothing): string[] {
  const lines: string[] = [];
  const warn = (line: string) => void lines.push(line);
  const all = new Forewarnings({ debug: () => undefined, info: warn, warn });
  const about = { old, wanted: { ...right, ...wanted }, isNew };
  all.about(about, connections);
  all.about(about, connections);
  return lines;
}

test("what looks right is not warned of", () => {
  const { disks } = inputsOf({ a: { type: "SSD", size: 10 }, b: { type: UNKNOWN, size: 10 }, c: UNKNOWN });
  expect(warned({ disks })).toEqual([]);
  expect(warned({ disks: UNKNOWN, desktopId: UNKNOWN, place: { region: UNKNOWN } })).toEqual([]);
});

test("a computer name in the place of an id, once", () => {
  expect(warned({ desktopId: "team-1" })).toEqual([
    'desktopId "team-1" does not look like the id of a desktop. If it is the computer name, getDesktop({ computerName: "team-1" }) finds the id',
  ]);
  expect(warned({ desktopId: "team-1" }, false, { ...nothing, desktopId: "team-1" })).toEqual([]);
});

test("a desktop that is not known yet, of disks that are on one", () => {
  expect(warned({ desktopId: UNKNOWN }, false)).toEqual([
    expect.stringMatching(
      new RegExp(
        `^the desktopId of a resource with disks on desktop ${desktopId} is not known yet\\..* protect: true on it$`,
      ),
    ),
  ]);
});

test("a type that this version does not know, with the one that is meant", () => {
  expect(warned({ disks: inputsOf({ a: { type: "SDD", size: 10 } }).disks })).toEqual([
    'type "SDD" is not one of SAS, SSD, GPSSD, GPSSD2, ESSD; did you mean SSD? getVolumeTypes lists the types that the project offers',
  ]);
  expect(warned({ disks: inputsOf({ a: { type: "FANCY", size: 10 } }).disks })).toEqual([
    'type "FANCY" is not one of SAS, SSD, GPSSD, GPSSD2, ESSD; getVolumeTypes lists the types that the project offers',
  ]);
});

test("a misspelled region of a new resource, with where it comes from", () => {
  const tail =
    'does not look right; did you mean "cn-north-4"? With a project id and an endpoint of their own nothing else shows a wrong region, and it is kept in state';
  expect(warned({ place: {} })).toEqual([`region "cn-nroth-4" (HW_REGION_NAME) ${tail}`]);
  expect(warned({ place: { region: "cn-nort-4" } })).toEqual([`region "cn-nort-4" (program) ${tail}`]);
  expect(warned({ place: {} }, false)).toEqual([]);
});

test.each([
  ["cn-north-4", undefined],
  ["ap-southeast-3", undefined],
  ["eu-west-101", undefined],
  // The names of places, and regions that may come.
  ["na-mexico-1", undefined],
  ["my-kualalumpur-1", undefined],
  ["tr-west-9", undefined],
  ["region-one", undefined],
  ["cn-nroth-4", "cn-north-4"],
  ["cn-north4", "cn-north-4"],
  ["cnnorth-4", "cn-north-4"],
  ["ap-southest-3", "ap-southeast-3"],
])("the region %s means %p", (region, meant) => {
  expect(regionMeantBy(region)).toBe(meant);
});
