/** The Pulumi CLI is made once, beside a stand-in for Go. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { repositoryRoot } from "../../scripts/repository";

/** Stands for Go: notes that it was called, and takes its time to "build" a CLI. */
const go = `#!/bin/sh
echo called >> "$HOME/calls"; echo some/package >&2; sleep 1
while [ "$1" != -o ]; do shift; done; mkdir -p "$(dirname "$2")"
printf '#!/bin/sh\\necho v3.259.0\\n' > "$2"; chmod +x "$2"
`;
const offline = "--import=data:text/javascript,globalThis.fetch=async()=>{throw(new(Error)('offline'))}";

/** Runs compiled code, as "npm run get-pulumi" does. */
async function getPulumi(home: string): Promise<{ said: string; warned: string }> {
  const program = `require("./build/scripts/pulumi/obtain.js").main().catch((error) => console.log(error.message))`;
  const env = { HOME: home, PATH: `${join(home, "go-bin")}:/usr/bin:/bin` };
  const child = spawn(process.execPath, [offline, "-e", program], { cwd: repositoryRoot, env });
  const [said, warned] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { said, warned };
}

test("two processes build it once; without Go, the error says what was tried", async () => {
  const home = mkdtempSync(join(tmpdir(), "home-"));
  const { said } = await getPulumi(home);
  expect(said).toMatch(
    /PATH: no pulumi[^]*3\.259\.0: no pulumi[^]*download: offline[^]*build with Go: .*ENOENT/,
  );

  mkdirSync(join(home, "go-bin"));
  writeFileSync(join(home, "go-bin", "go"), go, { mode: 0o755 });
  const both = await Promise.all([getPulumi(home), getPulumi(home)]);
  for (const one of both) expect(one.said).toMatch(/^Pulumi CLI 3\.259\.0: .*\/3\.259\.0\/bin\/pulumi\n$/);
  expect(both.map(({ warned }) => warned).join("")).toMatch(/Waiting for another command, which gets/);
  expect(readFileSync(join(home, "calls"), "utf8")).toBe("called\n");
  rmSync(home, { recursive: true });
});
