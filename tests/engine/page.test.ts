/** The emulator's page in a real browser, while the real engine works. */
import { spawnSync } from "node:child_process";
import { chromium } from "playwright-core";
import type { Browser, Page } from "playwright-core";
import { repositoryRoot } from "../../scripts/repository";
import { allInOneCloud, desktopId, passed } from "./cloud";

jest.setTimeout(240_000);

const on = allInOneCloud({
  project: { directory: repositoryRoot },
  desktops: 3,
  jobTimeMs: 3_000,
  config: { desktopIds: [1, 2, 3].map(desktopId) },
  env: { PULUMI_NODEJS_TRANSPILE_ONLY: "true" },
});

const programs = ["chromium", "chromium-browser", "google-chrome"];

/** A browser on PATH; "npm test" installs one, as root on Debian. */
function findBrowser(): string {
  const [found = ""] = spawnSync("which", programs, { encoding: "utf8" }).stdout.split("\n");
  if (found !== "") return found;
  throw new Error(
    `This test needs ${programs.join(" or ")} on PATH. Debian: "apt-get install chromium". ` +
      "As root, npm test does that; where it has failed, the step browser says why.",
  );
}

let browser: Browser | undefined;
let page: Page;
/** Hosts that the page asked something of, and what went wrong in it. */
const hosts = new Set<string>();
const problems: string[] = [];

beforeAll(async () => {
  // In a container, root has no sandbox.
  browser = await chromium.launch({ executablePath: findBrowser(), args: ["--no-sandbox"] });
  page = await browser.newPage({ colorScheme: "light" });
  page.on("request", (request) => hosts.add(new URL(request.url()).host));
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  await page.goto(on.it.emulator.url);
});

afterAll(() => browser?.close());

const disks = () => page.locator(".disks li").count();

/** Waits until something is so. */
async function becomes<T>(read: () => T | Promise<T>, wanted: T): Promise<void> {
  const end = performance.now() + 20_000;
  while ((await read()) !== wanted && performance.now() < end) await page.waitForTimeout(50);
  expect(await read()).toBe(wanted);
}

const row = (text: string) => page.locator("#requests tr", { hasText: text });

// The tests of this file are one visit, in this order.

test("a fault is ordered by click, and a stack goes up while the page is watched", async () => {
  await page.getByText("DESKTOP-0003").waitFor();
  expect(await disks()).toBe(3);
  await page.getByLabel("Fault", { exact: true }).selectOption("throttle");
  await page.getByLabel("Operation").selectOption("AddDesktopVolumes");
  await page.getByRole("button", { name: "Order the fault" }).click();
  await page.getByText("throttle of AddDesktopVolumes applied 0 times").waitFor();

  const up = on.it.stack.up({ parallel: 16 });
  await page
    .getByText(/^addVolumes: RUNNING, \d+ %$/)
    .first()
    .waitFor({ timeout: 90_000 });
  passed(await up);

  await becomes(disks, 3 + 12);
  const struck = row("throttle").first();
  expect(await struck.locator("td").nth(2).textContent()).toBe("429");
  await page.getByText("throttle of AddDesktopVolumes applied 1 time, over").waitFor();
  expect(await page.locator("#jobs tr", { hasText: "SUCCESS" }).count()).toBe(3);
});

test("a stack goes down while the page is watched", async () => {
  const destroy = on.it.stack.destroy({ parallel: 16 });
  await page
    .getByText(/^deleteVolumes: RUNNING, \d+ %$/)
    .first()
    .waitFor({ timeout: 90_000 });
  passed(await destroy);
  await becomes(disks, 3);
});

test("everything can be done by keyboard", async () => {
  const to = async (name: string, key: string) => {
    for (let step = 0; step < 40; step += 1) {
      await page.keyboard.press("Tab");
      const found = await page.evaluate(
        "document.activeElement.labels?.[0]?.textContent?.trim() || document.activeElement.textContent.trim()",
      );
      if (!String(found).startsWith(name)) continue;
      await page.keyboard.press(key);
      return;
    }
    throw new Error(`The Tab key does not reach ${name}`);
  };
  await page.locator("#main").focus();
  await to("Add a desktop", "Enter");
  await becomes(() => on.it.emulator.desktops().length, 4);
  await to("errors-as-200", "Space");
  await becomes(() => on.it.emulator.dialects().includes("errors-as-200"), true);
  await page.locator("body").press("Home");
  await page.locator(".skip").focus();
  await to("stopped", "Space");
  await becomes(() => on.it.emulator.clock().mode, "manual");
  const before = on.it.emulator.clock().now;
  await to("+10 min", "Enter");
  await becomes(() => on.it.emulator.clock().now - before, 600_000);
});

test("it has a light and a dark side, and asks no other host for anything", async () => {
  const ground = () => page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
  const light = await ground();
  await page.emulateMedia({ colorScheme: "dark" });
  expect(await ground()).not.toBe(light);
  expect([...hosts]).toEqual([new URL(on.it.emulator.url).host]);
  expect(problems).toEqual([]);
});
