/** Credentials that end while jobs run, in the real process of each front. */
import { startEmulator } from "huaweicloud-workspace-emulator";
import type { Emulator } from "huaweicloud-workspace-emulator";
import { newToken } from "../auth/token";
import { desktopId } from "../engine/cloud";
import { type FrontProcess, fronts } from "./fronts";
import { ProviderFailure } from "./spawned-process";

jest.setTimeout(60_000);

const user = {
  HW_USER_NAME: "emulator",
  HW_USER_PASSWORD: "Emulator-Password-1",
  HW_DOMAIN_NAME: "emulator",
};
const ci = { HW_ASSUME_ROLE_IDP_ID: "emulator-idp", HW_ASSUME_ROLE_ID_TOKEN: "emulator-id-token" };
const agency = {
  HW_ASSUME_ROLE_AGENCY_NAME: "emulator-agency",
  HW_ASSUME_ROLE_DOMAIN_NAME: "emulator",
};

/** So few that each job is asked for by itself: many calls find out at once that the credentials have ended. */
const desktops = 3;
const jobTimeMs = 3_000;

/** What the engine shows of a failure: the reasons, where something is kept in state. */
function reasonOf(error: unknown): string {
  return error instanceof ProviderFailure && error.kept !== undefined
    ? error.kept.reasons.join("\n")
    : String(error);
}

describe.each(fronts)("$name", (front) => {
  let emulator: Emulator;
  let provider: FrontProcess;

  async function start(env: NodeJS.ProcessEnv): Promise<void> {
    emulator = await startEmulator({ desktops, jobTimeMs });
    const base = { ...emulator.env, HW_ACCESS_KEY: undefined, HW_SECRET_KEY: undefined };
    provider = await front.start({ ...base, ...env });
    await provider.configure();
  }

  afterEach(async () => {
    await provider.close();
    await emulator.close();
  });

  /** A disk on each desktop: what came of each, `added` or an error. */
  function addEverywhere(): Promise<string[]> {
    const numbers = Array.from({ length: desktops }, (_, at) => at + 1);
    return Promise.all(
      numbers.map((number) =>
        provider
          .create({ desktopId: desktopId(number), type: "SSD", size: 100, ...front.line })
          .then(() => "added", reasonOf),
      ),
    );
  }

  const allAdded = Array.from({ length: desktops }, () => "added");

  const requests = (pattern: RegExp) =>
    emulator.requests().filter(({ method, path }) => pattern.test(`${method} ${path}`));

  const adds = /^POST .*\/volumes$/;

  /** All jobs are under way, and the polling has begun. */
  async function untilAllRun(): Promise<void> {
    while (requests(adds).length < desktops || requests(/sub-jobs|workspace-jobs/).length < 2) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  test("tokens that are revoked while jobs run: one login for all who wait, and nobody notices", async () => {
    await start(user);
    const adding = addEverywhere();
    await untilAllRun();

    emulator.revokeTokens();

    expect(await adding).toEqual(allAdded);
    expect(requests(/^POST \/v3\/auth\/tokens/)).toHaveLength(2);
    expect(requests(adds)).toHaveLength(desktops);
    expect(requests(/./).some(({ status }) => status === 401)).toBe(true);
  });

  test.each<[string, NodeJS.ProcessEnv, RegExp]>([
    ["an identity token", ci, /^POST \/v3\.0\/OS-AUTH\/id-token\/tokens/],
    ["an agency", { ...user, ...agency }, /^POST \/v3\/auth\/tokens/],
  ])("temporary keys that end while jobs run are got again by %s, once", async (_, env, exchange) => {
    await start(env);
    const adding = addEverywhere();
    await untilAllRun();

    emulator.advance(3_601_000);

    expect(await adding).toEqual(allAdded);
    expect(requests(/^POST \/v3\.0\/OS-CREDENTIAL\/securitytokens/)).toHaveLength(2);
    expect(requests(exchange)).toHaveLength(2);
    expect(requests(adds)).toHaveLength(desktops);
  });

  test("an IAM that is away when tokens end delays, and ends nothing", async () => {
    await start(user);
    const adding = addEverywhere();
    await untilAllRun();

    emulator.addFault({ fault: "respond", status: 503, times: 5, match: { path: "/v3/auth/tokens" } });
    emulator.revokeTokens();

    expect(await adding).toEqual(allAdded);
    expect(requests(/^POST \/v3\/auth\/tokens/).map(({ status }) => status)).toEqual([
      201, 503, 503, 503, 503, 503, 201,
    ]);
  });

  test.each<[string, NodeJS.ProcessEnv, RegExp]>([
    [
      "a given token",
      {},
      /token \(HW_AUTH_TOKEN from the environment\) would be valid until \S+Z, but is no longer accepted/,
    ],
    [
      "a changed password",
      user,
      /user and password \(.*\) would be valid until \S+Z.*It could not be renewed/,
    ],
  ])("%s that ends while jobs run ends all at once; each error names its job", async (_, env, words) => {
    await start(Object.keys(env).length > 0 ? env : { HW_AUTH_TOKEN: "later" });
    if (Object.keys(env).length === 0) await startWithToken();
    const adding = addEverywhere();
    await untilAllRun();
    const began = performance.now();

    const wrong = {
      error: { code: 401, message: "The username or password is wrong.", title: "Unauthorized" },
    };
    emulator.addFault({
      fault: "respond",
      status: 401,
      body: wrong,
      times: "always",
      match: { path: "/v3/auth/tokens" },
    });
    emulator.revokeTokens();

    for (const failure of await adding) {
      expect(failure).toMatch(words);
      expect(failure).toMatch(/Job \S+ was sent; a disk may still appear.*\[HWD\d+\]/);
    }
    expect(performance.now() - began).toBeLessThan(3_000);
    expect(requests(/\/v3\/auth\/tokens/).length).toBeLessThanOrEqual(4);
    expect(requests(adds)).toHaveLength(desktops);
  });

  /** Starts the provider anew with a token that somebody else got. */
  async function startWithToken(): Promise<void> {
    const { token } = await newToken(emulator.url, emulator.env.HW_PROJECT_ID);
    await provider.close();
    provider = await front.start({
      ...emulator.env,
      HW_ACCESS_KEY: undefined,
      HW_SECRET_KEY: undefined,
      HW_AUTH_TOKEN: token,
    });
    await provider.configure();
  }
});
