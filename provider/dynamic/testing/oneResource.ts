/** A stack on a real emulator in virtual time, as the engine calls it: both are new in each test. Most have one resource. */
import { desktopId, type EmulatedCloud, emulatedCloud } from "../../../testing/emulatedCloud";
import { type Declared, EmulatedStack } from "../../../testing/engine/emulatedStack";

export let cloud: EmulatedCloud;
export let stack: EmulatedStack;

async function open(options: Parameters<typeof emulatedCloud>[0] = {}) {
  cloud = await emulatedCloud(options);
  stack = new EmulatedStack(cloud);
}

beforeEach(() => open());
afterEach(() => cloud.end());

export const ssd = { type: "SSD", size: 100 };
export const sas = { type: "SAS", size: 500 };
export const three = { a: ssd, b: sas, c: { type: "SSD", size: 20 } };
export const retain = { deletionPolicy: "retain" };

/** An attachment. */
export const one = (more: object = {}): Declared => ({
  attachment: { desktopId: desktopId(), ...ssd, ...more },
});
/** A set. */
export const many = (disks: object, more: object = {}): Declared => ({
  disks: { desktopId: desktopId(), disks, ...more },
});
/** `pulumi up` of a program with one resource, named "it". */
export const up = async (declared: Declared) => (await stack.up({ it: declared })).it;
/** The last part of the path of each change, in order. */
export const calls = () => cloud.changes().map(([what]) => what);

/** From now on, jobs take ten minutes. */
export async function withSlowJobs(): Promise<void> {
  await cloud.end();
  await open({ jobTimeMs: 600_000 });
}

/** Those jobs end. Time goes on in small steps, so that the emulator does things at their own times. */
export async function slowJobsEnd(): Promise<void> {
  for (let s = 0; s < 600; s += 5) {
    await cloud.time.pass(5_000);
    cloud.disks();
  }
}
