import type { CliSearch, PulumiCli } from "./cli";
import { obtainCli } from "./obtain";
import type { Ways } from "./obtain";

const cli: PulumiCli = { command: "/some/bin/pulumi", directory: "/some/bin", version: "v3.259.0" };
const nothing: CliSearch = { tried: ["PATH: no pulumi on it"] };

/** Ways that note what happens; `searches` are the answers of the searches, in order. */
function ways(searches: readonly CliSearch[], made: Partial<Ways> = {}): { ways: Ways; events: string[] } {
  const events: string[] = [];
  const answers = [...searches];
  const note = (event: string) => () => {
    events.push(event);
    return Promise.resolve();
  };
  return {
    events,
    ways: {
      search: () => {
        events.push("search");
        return Promise.resolve(answers.shift() ?? nothing);
      },
      download: note("download"),
      build: note("build"),
      locked: async (action) => {
        events.push("lock");
        const result = await action();
        events.push("unlock");
        return result;
      },
      ...made,
    },
  };
}

const silent = (): void => undefined;
const failing = (message: string) => () => Promise.reject(new Error(message));

test("a CLI that is there is taken as it is, without a lock", async () => {
  const { ways: all, events } = ways([{ cli, tried: [] }]);
  expect(await obtainCli(silent, all)).toBe(cli);
  expect(events).toEqual(["search"]);
});

test("one that another process has made meanwhile is taken", async () => {
  const { ways: all, events } = ways([nothing, { cli, tried: [] }]);
  expect(await obtainCli(silent, all)).toBe(cli);
  expect(events).toEqual(["search", "lock", "search", "unlock"]);
});

test("it is downloaded before anything is built", async () => {
  const { ways: all, events } = ways([nothing, nothing, { cli, tried: [] }]);
  expect(await obtainCli(silent, all)).toBe(cli);
  expect(events).toEqual(["search", "lock", "search", "download", "search", "unlock"]);
});

test("it is built when the download fails, and the reason is shown", async () => {
  const lines: string[] = [];
  const { ways: all, events } = ways([nothing, nothing, { cli, tried: [] }], {
    download: failing("no way to the internet\nand more"),
  });
  expect(await obtainCli((line) => lines.push(line), all)).toBe(cli);
  expect(events).toEqual(["search", "lock", "search", "build", "search", "unlock"]);
  expect(lines).toEqual(["  download: no way to the internet"]);
});

test("when no way is open the error names all four, and what helps", async () => {
  const search = { tried: ["PATH: no pulumi on it", "versions folder: no pulumi"] };
  const { ways: all } = ways([search, search], {
    download: failing("no way to the internet"),
    build: failing("no go on PATH"),
  });
  const error = await obtainCli(silent, all).catch((reason: unknown) => reason);
  expect(String(error)).toMatch(
    /PATH: no pulumi[^]*versions folder: no pulumi[^]*download: no way[^]*build from Go modules: no go on PATH[^]*One of these helps[^]*install Go/,
  );
});

test("a build that brings nothing usable is said to have", async () => {
  const { ways: all } = ways([nothing, nothing, nothing, nothing]);
  await expect(obtainCli(silent, all)).rejects.toThrow(/build from Go modules: done, but PATH: no pulumi/);
});
