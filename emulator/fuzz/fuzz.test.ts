import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { isNightly } from "../../tests/nightly";
import { startEmulator } from "../src/index";
import { ask } from "../src/testing/client";
import { d1, withDisks } from "../src/testing/running";
import { pythonWith } from "../src/testing/python";

/** Without NIGHTLY, one operation of each kind. */
const few = ["AddDesktopVolumes", "ShowDesktopDetail"].flatMap((id) => ["--include-operation-id", id]);
const checks = ["status_code_conformance", "content_type_conformance", "response_schema_conformance"];

test("schemathesis finds no 5xx, no hang, and no answer that openapi.yaml does not allow", async () => {
  const python = await pythonWith(join(__dirname, "requirements.txt"), "schemathesis");
  const emulator = await startEmulator({ desktops: 2, jobTimeMs: 200, checkAnswers: true });
  const folder = mkdtempSync(join(tmpdir(), "emulator-fuzz-"));
  try {
    withDisks(emulator, "v1", "v2");
    const user = { name: "emulator", password: "Emulator-Password-1", domain: { name: "emulator" } };
    const identity = { methods: ["password"], password: { user } };
    const scope = { project: { id: emulator.env.HW_PROJECT_ID } };
    const token = await ask(emulator, "POST", "/v3/auth/tokens", { body: { auth: { identity, scope } } });
    const settings = [
      "[parameters]",
      `"path.project_id" = ${JSON.stringify(emulator.env.HW_PROJECT_ID)}`,
      `"path.desktop_id" = ${JSON.stringify(d1)}`,
      "[checks.not_a_server_error]",
      // What is documented and not honoured.
      'expected-statuses = ["2xx", "4xx", 501]',
    ];
    writeFileSync(join(folder, "schemathesis.toml"), settings.join("\n"));
    const args = [
      ...["-m", "schemathesis.cli", "run", `${emulator.url}/_emulator/openapi.yaml`, "--url", emulator.url],
      ...["--header", `X-Auth-Token: ${token.headers.get("x-subject-token") ?? ""}`],
      ...["--checks", ["not_a_server_error", ...checks].join(","), "--request-timeout", "10"],
      ...["--phases", isNightly ? "coverage,fuzzing" : "coverage", "--max-examples", isNightly ? "20" : "5"],
      ...["--seed", "1", "--generation-deterministic", "--no-shrink", ...(isNightly ? [] : few)],
    ];
    const options = { cwd: folder, timeout: 1_500_000 };
    const { stdout } = await promisify(execFile)(python, args, options).catch((error: unknown) => {
      // Its report is longer than what fits into the message of an error.
      const report = (error as { stdout?: string }).stdout ?? "";
      throw new Error(report.slice(report.indexOf("= FAILURES =")), { cause: error });
    });
    expect(stdout).toMatch(/Tested: (?:2|23)\n/);
  } finally {
    await emulator.close();
    rmSync(folder, { recursive: true });
  }
}, 1_800_000);
