type PrepareStackTrace = (error: Error, frames: NodeJS.CallSite[]) => unknown;

/**
 * Until the returned function is called, stack traces end where the program's
 * own code ends. Pulumi keeps the trace of each resource's constructor in
 * state; Node's loader and Pulumi's runner below the program are the same for
 * all of them, and a quarter of what a resource takes there, written anew with
 * every step of a run.
 */
export function endTracesWithProgram(): () => void {
  const before = Reflect.get(Error, "prepareStackTrace") as PrepareStackTrace | undefined;
  // Whoever maps compiled positions to sources, such as ts-node, goes on doing so.
  const prepare = before?.bind(Error) ?? asText;
  Error.prepareStackTrace = (error, frames) => {
    const loader = frames.findIndex((frame) => frame.getFileName()?.startsWith("node:"));
    return prepare(error, loader < 0 ? frames : frames.slice(0, loader));
  };
  return () => {
    if (before === undefined) Reflect.deleteProperty(Error, "prepareStackTrace");
    else Error.prepareStackTrace = before;
  };
}

/** A trace where nothing else writes it: Pulumi takes file, line and column of each frame. */
function asText(error: Error, frames: NodeJS.CallSite[]): string {
  const place = (frame: NodeJS.CallSite) =>
    `${frame.getFileName() ?? "<anonymous>"}:${frame.getLineNumber() ?? 0}:${frame.getColumnNumber() ?? 0}`;
  return [
    String(error),
    ...frames.map((frame) => `    at ${frame.getFunctionName() ?? "program"} (${place(frame)})`),
  ].join("\n");
}
