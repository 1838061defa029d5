/** `--run-program`, as the Kubernetes operator uses it for a Stack with `runProgram: true`. */
import type { Cloud } from "./cloud";
import { failed, openCloud, passed } from "./cloud";
import { diskProgram } from "./disk-program";

jest.setTimeout(120_000);

let cloud: Cloud;

/** Credentials in the stack configuration: what is saved in state and what is there today can differ. */
const configured = (secretKey: string) => ({
  "huaweicloud-workspace:accessKey": { secret: cloud.emulator.env.HW_ACCESS_KEY },
  "huaweicloud-workspace:secretKey": { secret: secretKey },
});
const noKeys = { HW_ACCESS_KEY: "", HW_SECRET_KEY: "" };
const runProgram = { args: ["--run-program"] };

beforeAll(async () => {
  const program = diskProgram({ first: {}, second: {}, other: { args: { desktop: 2 } } });
  cloud = await openCloud({ project: { program }, env: noKeys });
});

afterAll(() => cloud.close());

test("refresh and destroy run the program, with the stack configuration of today", async () => {
  const right = cloud.emulator.env.HW_SECRET_KEY;
  await cloud.stack.setConfig(configured(right));
  passed(await cloud.stack.up());

  // A key that has been replaced meanwhile.
  await cloud.stack.setConfig(configured(`${right}-of-another-day`));
  passed(await cloud.stack.refresh());
  expect(failed(await cloud.stack.refresh(runProgram))).toMatch(/is not accepted/);
  expect(cloud.volumes()).toHaveLength(3);

  await cloud.stack.setConfig(configured(right));
  passed(await cloud.stack.destroy(runProgram));
  expect(cloud.volumes()).toEqual([]);
  expect(await cloud.disks()).toEqual({});
});
