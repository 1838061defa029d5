import { compact, idOf, readState, refuseNewerState, STATE_VERSION, stateOf, volumeFacts } from "./state";

const place = { region: "r", projectId: "p", endpoint: "https://e" };
const inputs = { desktopId: "d", type: "SSD", size: 100 };

describe("what goes into state", () => {
  test("what the service tells wins, what it leaves out stays as it was", () => {
    const known = { device: "/dev/vdb", createTime: "then", kmsId: "key" };
    const volume = { volumeId: "v", size: 120, device: "/dev/vdc" };
    expect(stateOf(inputs, known, volume, place)).toEqual({
      ...inputs,
      ...place,
      volumeId: "v",
      size: 120,
      device: "/dev/vdc",
      createTime: "then",
      kmsId: "key",
      stateVersion: STATE_VERSION,
    });
  });

  test("nothing is undefined, which the engine could not store", () => {
    const holes = { ...inputs, iops: undefined, kmsId: undefined } as unknown as typeof inputs;
    const state = stateOf(holes, { device: undefined } as object, { volumeId: "v" }, place);
    expect(Object.values(state)).not.toContain(undefined);
    expect(Object.keys(state)).not.toContain("iops");
  });

  test("neither the line that loads the provider nor the disk that was taken over is kept", () => {
    const more = { ...inputs, existingVolumeId: "v", __provider: "exports" };
    const state = stateOf(more, {}, { volumeId: "v" }, place);
    expect(Object.keys(state)).not.toContain("existingVolumeId");
    expect(Object.keys(state)).not.toContain("__provider");
  });
});

describe("a state that is read", () => {
  test("the id counts, whatever the properties say", () => {
    expect(readState("d/v", { desktopId: "other", volumeId: "another", size: 10 })).toEqual({
      desktopId: "d",
      volumeId: "v",
      size: 10,
    });
  });

  test("an id alone is enough, as for a resource that was looked up", () => {
    expect(readState("d/v", {})).toEqual({ desktopId: "d", volumeId: "v" });
  });

  test("one without a version, as the first that was written, is read", () => {
    expect(readState("d/v", { type: "SSD" })).toMatchObject({ type: "SSD" });
  });

  test.each(["", "d", "/v", "d/", "/", "d/v/x", "d//v"])("%p is no id", (id) => {
    expect(() => readState(id, {})).toThrow(
      `"${id}" is no id of a data disk; it has the form <desktopId>/<volumeId>`,
    );
  });

  test("what a newer version wrote is refused, with what to do", () => {
    expect(() => readState("d/v", { stateVersion: STATE_VERSION + 1 })).toThrow(
      /state of d\/v was written by a newer version .* install that version or a newer one/,
    );
    expect(() => {
      refuseNewerState("x", STATE_VERSION);
    }).not.toThrow();
  });

  test("an id is made as it is read", () => {
    expect(readState(idOf("d", "v"), {})).toEqual({ desktopId: "d", volumeId: "v" });
  });

  test("only facts of the volume are taken from it", () => {
    expect(volumeFacts({ ...inputs, volumeId: "v", device: "/dev/vdb", region: "r" })).toEqual({
      volumeId: "v",
      device: "/dev/vdb",
    });
  });

  test("compact leaves null, false and 0 as they are", () => {
    expect(compact({ a: undefined, b: false, c: 0, d: null })).toEqual({ b: false, c: 0, d: null });
  });
});
