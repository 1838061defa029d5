import { BadFlag, readFlags } from "./flags";

test("without flags everything is left to the defaults", () => {
  expect(readFlags([])).toEqual({
    options: {},
    seedFile: undefined,
    worldFlags: [],
    quiet: false,
    help: false,
  });
});

test("every flag is an option", () => {
  const args =
    "--port 0 --host ::1 --desktops 3 --job-time 500-2000 --token-lifetime 60000 --clock manual " +
    "--skew=-5000 --random-seed 7 --rate-limit 200/300000,window,date --check-answers --seed world.yaml --state world.state --quiet --help";
  expect(readFlags(args.split(" "))).toEqual({
    options: {
      port: 0,
      host: "::1",
      stateFile: "world.state",
      desktops: 3,
      jobTimeMs: { min: 500, max: 2000 },
      tokenLifetimeMs: 60_000,
      clock: "manual",
      skewMs: -5000,
      seed: 7,
      rateLimit: { requests: 200, perMs: 300_000, shape: "window", retryAfter: "date" },
      checkAnswers: true,
    },
    seedFile: "world.yaml",
    worldFlags: ["--desktops", "--clock", "--skew", "--random-seed", "--seed"],
    quiet: true,
    help: true,
  });
});

test.each([
  ["--prot 1", "--prot"],
  ["--port", "--port"],
  ["--port x", '--port must be a whole number, not "x"'],
  ["--port 65536", "--port must be at most 65535"],
  ["--desktops -1", "--desktops"],
  ["--desktops=-1", "--desktops must be a whole number"],
  ["--job-time 5-1", "from less to more"],
  ["--job-time 1-2-3", "--job-time"],
  ["--job-time 1.5", "--job-time must be a whole number"],
  ["--clock fast", "--clock must be real or manual"],
  ["--rate-limit 10", "--rate-limit must be like 200/300000"],
  ["--rate-limit 10/1000,often", 'unknown part "often"'],
  ["more", "more"],
])("%s is refused, and the message says why", (args, message) => {
  const read = (): unknown => readFlags(args.split(" "));
  expect(read).toThrow(BadFlag);
  expect(read).toThrow(message);
});
