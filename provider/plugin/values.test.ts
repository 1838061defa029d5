/** Values on their way: Pulumi's own kinds of values, and what is not known yet. */
import {
  unknownValue,
  specialSigKey,
  specialSecretSig,
  specialOutputValueSig,
  specialResourceSig,
} from "@pulumi/pulumi/runtime/rpc";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { UNKNOWN } from "../core/host";
import { asSecret, fromStruct, storedStruct, toStruct, UNKNOWN_TEXT } from "./values";

const arrives = (value: unknown) =>
  fromStruct(Struct.fromJavaScript({ value } as Parameters<typeof Struct.fromJavaScript>[0])).value;
const sent = (values: Record<string, unknown>) => toStruct(values).toJavaScript();

test("the marks are the SDK's", () => {
  expect(UNKNOWN_TEXT).toBe(unknownValue);
  expect(asSecret("s")).toEqual({ [specialSigKey]: specialSecretSig, value: "s" });
});

test.each<[string, unknown, unknown]>([
  ["a text", "a", "a"],
  ["a number", 1.5, 1.5],
  ["false", false, false],
  ["a list", [1, null, "a"], [1, null, "a"]],
  ["a map", { a: { b: 1 } }, { a: { b: 1 } }],
  ["a text that is not known yet", unknownValue, UNKNOWN],
  ["a number that is not known yet", "3eeb2bf0-c639-47a8-9e75-3b44932eb421", UNKNOWN],
  ["an unknown within a map", { a: { b: "dd056dcd-154b-4c76-9bd3-c8f88648b5ff" } }, { a: { b: UNKNOWN } }],
  ["a secret", { [specialSigKey]: specialSecretSig, value: { a: "s" } }, { a: "s" }],
  ["a secret that is not known yet", { [specialSigKey]: specialSecretSig, value: unknownValue }, UNKNOWN],
  ["an output", { [specialSigKey]: specialOutputValueSig, value: 1, secret: true }, 1],
  ["an output that is not known yet", { [specialSigKey]: specialOutputValueSig }, UNKNOWN],
  ["a resource", { [specialSigKey]: specialResourceSig, urn: "urn:x", id: "i" }, "i"],
  [
    "a resource that is not there yet",
    { [specialSigKey]: specialResourceSig, urn: "urn:x", id: "" },
    UNKNOWN,
  ],
])("%s arrives", (_what, value, plain) => {
  expect(arrives(value)).toEqual(plain);
});

test("nulls at the top are absent, and nothing at all is empty", () => {
  expect(fromStruct(Struct.fromJavaScript({ a: null, b: 1 }))).toEqual({ b: 1 });
  expect(fromStruct(undefined)).toEqual({});
});

test("what the dynamic front and the engine keep is not the resource's", () => {
  const state = { size: 1, timeouts: { create: "5m" }, __provider: "line", __defaults: [] };
  expect(storedStruct(Struct.fromJavaScript(state))).toEqual({ size: 1 });
});

test("what is unknown travels by its mark, and what is undefined does not", () => {
  expect(sent({ a: UNKNOWN, b: undefined, c: { d: UNKNOWN, e: undefined }, f: [UNKNOWN] })).toEqual({
    a: unknownValue,
    c: { d: unknownValue },
    f: [unknownValue],
  });
});
