/**
 * What this package stands on without having been promised it: how Pulumi's
 * dynamic-provider process behaves. Where a version of the SDK changes one of
 * these facts, this tells which.
 */
import { unknownValue } from "@pulumi/pulumi/runtime/rpc";
import { UNKNOWN_VALUE } from "../../provider/dynamic/dynamicProvider";
import { providerString } from "../../sdk/providerString";
import { diskProvider, ProviderProcess } from "./provider-process";
import { type Properties, ProviderFailure } from "./spawned-process";

jest.setTimeout(60_000);

let process: ProviderProcess;

beforeAll(async () => {
  process = await ProviderProcess.start({});
  await process.configure({ "demo:key": "value" });
});

afterAll(() => process.close());

/** Properties whose provider string holds a provider of this text. */
const providedBy = (text: string): Properties => ({ __provider: `exports.handler = () => (${text})` });

test("the value that stands for one not known yet is the SDK's", () => {
  expect(UNKNOWN_VALUE).toBe(unknownValue);
});

test("the line in state is the one that these tests use", () => {
  expect(providerString("provider")).toBe(diskProvider);
});

test("the line in state finds the package from the folder of the program", async () => {
  await expect(process.check({ __provider: diskProvider })).resolves.toMatchObject({
    failures: expect.any(Array) as unknown,
  });
});

test("configure is called once for each provider string, with the configuration, and other calls do not wait for it", async () => {
  const slow = providedBy(`{
    calls: 0,
    configured: "not yet",
    async configure({ config }) {
      this.calls += 1;
      await new Promise((resolve) => setTimeout(resolve, 500));
      this.configured = config.get("demo:key");
    },
    async create() { return { id: this.configured + " " + this.calls, outs: {} }; },
  }`);

  const first = process.create(slow);
  const second = await process.create(slow);

  expect(second.id).toBe("not yet 1");
  expect((await first).id).toBe("value 1");
  expect((await process.create(slow)).id).toBe("value 1");
});

test("a configure that throws fails the first call only", async () => {
  const throwing = providedBy(`{
    async configure() { throw new Error("no configuration"); },
    async create() { return { id: "made all the same", outs: {} }; },
  }`);

  await expect(process.create(throwing)).rejects.toThrow("no configuration");
  expect((await process.create(throwing)).id).toBe("made all the same");
});

test("what one provider string has loaded is shared by all resources of the process", async () => {
  const counting = providedBy(`(global.made = global.made ?? { count: 0, async create() {
    this.count += 1;
    return { id: String(this.count), outs: {} };
  } })`);

  expect((await process.create(counting)).id).toBe("1");
  expect((await process.create({ ...counting, other: true })).id).toBe("2");
});

test("outputs with undefined are refused after create has done its work", async () => {
  const careless = providedBy(`{ async create() { return { id: "lost", outs: { size: undefined } }; } }`);

  const failure = await process.create(careless).catch((error: unknown) => error);

  expect(failure).toBeInstanceOf(ProviderFailure);
  expect(String(failure)).toContain("Unexpected struct type");
  expect((failure as ProviderFailure).kept).toBeUndefined();
});

test("an error with an id is kept with its properties and reasons as they are: nobody adds the provider string", async () => {
  const half = providedBy(`{ async create() {
    throw Object.assign(new Error("half"), { id: "kept", properties: { size: 10 }, reasons: ["why"] });
  } }`);

  const failure = await process.create(half).catch((error: unknown) => error);

  expect((failure as ProviderFailure).kept).toEqual({
    id: "kept",
    properties: { size: 10 },
    reasons: ["why"],
  });
});

test("outputs get the provider string of the inputs; without any it is all there is", async () => {
  const plain = providedBy(`{
    async create() { return { id: "made", outs: { size: 10 } }; },
    async update() {},
  }`);

  expect((await process.create(plain)).outs).toEqual({ size: 10, ...plain });
  expect(await process.update("made", plain, { ...plain, size: 20 })).toEqual(plain);
});

test("a read that answers an empty id calls the resource gone; one that answers nothing is an error", async () => {
  const gone = providedBy(`{ async read() { return { id: "" }; } }`);
  const silent = providedBy(`{ async read() {} }`);

  expect(await process.read("made", gone)).toMatchObject({ id: "", inputs: undefined });
  await expect(process.read("made", silent)).rejects.toThrow();
});

test("delete is handed what it was given last, as it is", async () => {
  const telling = {
    ...providedBy(
      `{ async delete(id, props) { throw new Error(JSON.stringify([id, Object.keys(props)])); } }`,
    ),
    volumeId: "output only",
  };

  await expect(process.delete("made", telling)).rejects.toThrow(`["made",["__provider","volumeId"]]`);
});

test("an error is written with its stack, which an empty stack leaves out", async () => {
  const loud = (text: string) =>
    providedBy(`{ async read() { throw Object.assign(new Error("${text}"), { stack: "" }); } }`);

  await expect(process.read("made", loud("oh"))).rejects.toThrow("oh");
  await expect(process.read("made", loud("again"))).rejects.toThrow("again");

  // What earlier tests had written may arrive late, but not between these two.
  const written = () => /Error: oh[^]*Error: again: \n/.exec(process.output)?.[0];
  while (written() === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(written()).toBe("Error: oh: \nError: again: \n");
});

test("the address of the engine is the first argument", async () => {
  const curious = providedBy(`{ async create() { return { id: process.argv[2], outs: {} }; } }`);

  expect((await process.create(curious)).id).toMatch(/^127\.0\.0\.1:\d+$/);
});
