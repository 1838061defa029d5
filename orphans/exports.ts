import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { BadState, readStack, type StackRecord } from "./stackState";

/** Bytes that an exported state may have; one of a thousand disks has about a million. */
const STATE_AT_MOST = 1024 ** 3;

/** Reads a state from a file, or from standard input for `-`. Throws `BadState`. */
export function readFile(file: string): StackRecord {
  const label = file === "-" ? "standard input" : file;
  let json: string;
  try {
    json = readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    throw new BadState(`${label} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  return readStack({ label }, json);
}

/** Asks the Pulumi CLI for the state of a stack; secrets stay encrypted in it. Throws `BadState`. */
export async function exportStack(
  name: string,
  cwd: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<StackRecord> {
  const cli = ["--stack", name, ...(cwd === undefined ? [] : ["--cwd", cwd])];
  const args = ["stack", "export", ...cli, "--non-interactive", "--color", "never"];
  const { stdout } = await promisify(execFile)("pulumi", args, {
    env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    maxBuffer: STATE_AT_MOST,
  }).catch((error: unknown) => {
    throw new BadState(`"pulumi ${args.join(" ")}" ${whyNot(error)}`);
  });
  return readStack({ label: `stack ${name}`, cli }, stdout);
}

/** What the CLI had to say; never what it wrote to standard output, which is the state. */
function whyNot(error: unknown): string {
  const { code, stderr } = error as { code?: unknown; stderr?: unknown };
  if (code === "ENOENT") {
    return "could not be started: there is no pulumi on the PATH. Export the state where there is one, and give the file";
  }
  const told = typeof stderr === "string" ? stderr.trim() : "";
  return `failed (${String(code)})${told === "" ? "" : `: ${told}`}`;
}
