/** Where the provider tells what it does. Callers never pass a secret. */
export interface Log {
  /** Shown only with `HW_WORKSPACE_LOG=debug`. */
  debug(message: string): void;
  /** Shown on the stack's row and kept in the diagnostics of the run. */
  info(message: string): void;
  /** As `info`, but as something to look at. */
  warn(message: string): void;
}

/**
 * A log on standard output and error, which the engine shows; debug lines only
 * with `HW_WORKSPACE_LOG=debug`, each with the time of day (UTC), because the
 * engine shows none.
 */
export function consoleLog(env: NodeJS.ProcessEnv): Log {
  const debug = env.HW_WORKSPACE_LOG === "debug";
  return {
    debug: (message) => {
      if (debug) console.error(`debug: ${new Date().toISOString().slice(11, 23)} ${message}`);
    },
    info: (message) => {
      console.log(message);
    },
    warn: (message) => {
      console.warn(`warning: ${message}`);
    },
  };
}
