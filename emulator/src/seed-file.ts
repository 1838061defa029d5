import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { AccountSpec } from "./accounts";
import type { DesktopSpec } from "./desktops";
import type { Fault } from "./faults";

/** What an emulator begins with. */
export interface Seed {
  accounts?: AccountSpec[];
  desktops?: DesktopSpec[];
  faults?: Fault[];
}

/** Reads a world from a file, as JSON or YAML. */
export function readSeedFile(file: string): Seed {
  return parse(readFileSync(file, "utf8")) as Seed;
}
