import { drift, inputsOf } from "./drift";

const state = {
  desktopId: "d",
  volumeId: "v",
  type: "GPSSD2",
  size: 100,
  iops: 3000,
  throughput: 125,
  deletionProtection: true,
  timeouts: { delete: "1h" },
  profile: "me",
  region: "r",
  projectId: "p",
  endpoint: "https://e",
  device: "/dev/vdb",
  stateVersion: 1,
  unfinished: true,
};
const asIs = { volumeId: "v", type: "GPSSD2", size: 100, iops: 3000, throughput: 125 };

test("nothing that changed is no drift", () => {
  expect(drift(state, asIs)).toBeUndefined();
});

test("what the service leaves out is unknown, and no drift", () => {
  expect(drift(state, { volumeId: "v" })).toBeUndefined();
});

test("what nobody asked for is no drift either", () => {
  expect(drift({ desktopId: "d", type: "SSD", size: 100 }, { ...asIs, type: "SSD" })).toBeUndefined();
});

test.each([
  ["type", "SSD"],
  ["size", 110],
  ["iops", 4000],
  ["throughput", 126],
])("%s that changed comes back as an input, beside all the others", (key, now) => {
  expect(drift(state, { ...asIs, [key]: now })).toEqual({ ...inputsOf(state), [key]: now });
});

test("inputs are only what a program gives", () => {
  expect(Object.keys(inputsOf(state)).sort()).toEqual(
    ["deletionProtection", "desktopId", "iops", "profile", "size", "throughput", "timeouts", "type"].sort(),
  );
});
