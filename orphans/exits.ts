/** A command line that cannot be understood. */
export class BadArguments extends Error {
  override readonly name = "BadArguments";
}

/** Exit codes. */
export const EXIT = { none: 0, error: 1, problems: 2 } as const;
