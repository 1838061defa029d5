import { EXIT, help, readArguments } from "./arguments";
import { compare } from "./compare";
import { connectToLook } from "./connection";
import { exportStack, readFile } from "./exports";
import { systemClock } from "./providerRoom";
import { Remedies } from "./remedies";
import { asJson, asText, errorsOf, reportOf } from "./report";
import { refuseTwice } from "./stackState";
import { namedBy, survey } from "./survey";

/** What a run wrote, and how it ended. */
export interface Ending {
  output: string;
  code: number;
}

/**
 * Lists what lies around, and changes nothing. Throws where the states cannot
 * be read: what is missing in them would seem to be owned by nobody.
 */
export async function orphans(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ending> {
  const asked = readArguments(args);
  if (asked.help) return { output: help, code: EXIT.nothing };
  const stacks = asked.files.map(readFile);
  // One after the other: each is a process that may ask for a password.
  for (const name of asked.stacks) stacks.push(await exportStack(name, asked.cwd, env));
  refuseTwice(stacks);
  const service = connectToLook(env, systemClock);
  const looks = await survey(service, namedBy(stacks, asked.desktops));
  const findings = compare(stacks, looks);
  const report = reportOf(stacks, looks, findings, new Remedies(stacks, service.projects.effective({})));
  const output = asked.json ? asJson(report) : asText(report);
  if (errorsOf(report).length > 0) return { output, code: EXIT.error };
  return { output, code: findings.length > 0 ? EXIT.findings : EXIT.nothing };
}
