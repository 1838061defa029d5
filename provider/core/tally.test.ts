import { VirtualTime } from "../../testing/virtualTime";
import { cut, LINE_LENGTH, Tally } from "./tally";

function tallied() {
  const time = new VirtualTime();
  const tally = new Tally(time.clock);
  const begin = (desktopId: string, disks: number) =>
    Array.from({ length: disks }, () => tally.begin(desktopId));
  return { time, tally, begin };
}

test("one desktop has no line about all: it has its own", () => {
  const { tally, begin } = tallied();
  begin("a", 10);
  expect(tally.line).toBeUndefined();
  const [end] = begin("b", 1);
  expect(tally.line).toBe("0 of 11 disks done on 2 desktops, 0 jobs running, 0 disks/min");
  end?.("done");
  expect(tally.line).toBeUndefined();
});

test("the line says how many disks are done, on how many desktops, how many jobs run, and the pace", async () => {
  const { time, tally, begin } = tallied();
  const ends = [...begin("a", 10), ...begin("b", 10), ...begin("c", 1)];
  await time.pass(30_000);
  void tally.duringJob(time.clock.sleep(10_000));
  void tally.duringJob(time.clock.sleep(20_000));
  for (const end of ends.slice(0, 4)) end("done");
  expect(tally.line).toBe("4 of 21 disks done on 3 desktops, 2 jobs running, 8 disks/min");
  await time.pass(10_000);
  ends[20]?.("failed");
  expect(tally.line).toBe("4 of 21 disks done, 1 failed, on 3 desktops, 1 job running, 6 disks/min");
});

test("a job that cannot be followed runs no longer", async () => {
  const { tally, begin } = tallied();
  begin("a", 1);
  begin("b", 1);
  await expect(tally.duringJob(Promise.reject(new Error("x")))).rejects.toThrow("x");
  expect(tally.line).toContain("0 jobs running");
});

test("the pace is that of the last minute", async () => {
  const { time, tally, begin } = tallied();
  const paces: (string | undefined)[] = [];
  const ends = [...begin("a", 600), ...begin("b", 1)];
  for (let minute = 0; minute < 4; minute += 1) {
    for (let second = 0; second < 60; second += 1) {
      await time.pass(1_000);
      if (minute !== 1) ends.shift()?.("done");
      if (minute === 3) ends.shift()?.("done");
    }
    paces.push(/, ([^,]*)$/.exec(tally.line ?? "")?.[1]);
  }
  expect(paces).toEqual(["60 disks/min", "0 disks/min", "60 disks/min", "120 disks/min"]);
});

test("no line is longer than 100 columns", () => {
  const { tally } = tallied();
  for (let n = 0; n < 10_000; n += 1) tally.begin(`d${n}`)("failed");
  for (let n = 0; n < 90_000; n += 1) tally.begin(`d${n % 10_000}`)(n % 9 === 0 ? "failed" : "done");
  for (let n = 0; n < 10_000; n += 1) {
    tally.begin(`d${n}`);
    void tally.duringJob(new Promise(() => undefined));
  }
  expect(tally.line).toMatch(/^80000 of 110000 disks done, 20000 failed, on 10000 desktops, 10000 jobs/);
  expect(tally.line?.length).toBeLessThanOrEqual(LINE_LENGTH);
  expect(cut("x".repeat(300))).toHaveLength(LINE_LENGTH);
  expect(cut("short")).toBe("short");
});
