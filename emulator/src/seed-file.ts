import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { AccountSpec } from "./accounts";
import type { DesktopSpec } from "./desktops";
import type { Fault } from "./faults";
import type { SecondActorSpec } from "./second-actor";
import { Validation } from "./validation";
import { seedSchema } from "./world-schema";

/** What an emulator begins with. */
export interface Seed {
  accounts?: AccountSpec[];
  desktops?: DesktopSpec[];
  faults?: Fault[];
  /** Spoken besides the plain reading, as the option of that name. */
  dialects?: string[];
  second_actor?: SecondActorSpec;
}

/** A seed file that cannot be read, or makes no sense. */
export class BadSeed extends Error {
  constructor(file: string, problem: string) {
    super(`${file}: ${problem}`);
    this.name = "BadSeed";
  }
}

/** Reads a world from a file, as JSON or YAML. */
export async function readSeedFile(file: string): Promise<Seed> {
  let seed: unknown;
  try {
    seed = parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new BadSeed(file, error instanceof Error ? error.message : String(error));
  }
  const validation = await Validation.open();
  const problem = validation.problem(seedSchema, seed);
  if (problem !== undefined) throw new BadSeed(file, problem);
  return seed as Seed;
}
