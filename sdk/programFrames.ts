type PrepareStackTrace = (error: Error, frames: NodeJS.CallSite[]) => unknown;

/**
 * Until the returned function is called, stack traces end where the program's
 * own code ends. Pulumi keeps the trace of each resource's constructor in
 * state; Node's loader and Pulumi's runner below the program are the same for
 * all of them, and a quarter of what a resource takes there, written anew with
 * every step of a run.
 *
 * Traces of Pulumi's own promises are not written at all, unless somebody looks
 * for leaks among them, and each place is written once only: mapping the same
 * few places to their sources again and again took half the time of a preview
 * of a thousand disks.
 */
export function endTracesWithProgram(): () => void {
  const before = Reflect.get(Error, "prepareStackTrace") as PrepareStackTrace | undefined;
  // Whoever maps compiled positions to sources, such as ts-node, goes on doing so.
  const writer = before ?? asText;
  const leaksAreSought = Boolean(process.env.PULUMI_DEBUG_PROMISE_LEAKS);
  Error.prepareStackTrace = (error, frames) => {
    if (!leaksAreSought && frames[0]?.getFunctionName() === OF_A_PROMISE) return String(error);
    const loader = frames.findIndex((frame) => frame.getFileName()?.startsWith("node:"));
    const own = loader < 0 ? frames : frames.slice(0, loader);
    const lines = own.map((frame) => lineOf(frame, writer));
    // Something that makes no text of a trace wants the frames themselves.
    return lines.includes(undefined) ? writer.call(Error, error, own) : [String(error), ...lines].join("");
  };
  return () => {
    if (before === undefined) Reflect.deleteProperty(Error, "prepareStackTrace");
    else Error.prepareStackTrace = before;
  };
}

/**
 * The function in which Pulumi takes a trace for each promise that it makes,
 * four for every property, and shows them only to those who look for promises
 * that never end.
 */
const OF_A_PROMISE = "debuggablePromise";

/** What each writer of traces has made of a place. */
const written = new WeakMap<PrepareStackTrace, Map<string, string | undefined>>();

/** A frame as a line of a trace, with the line break before it. */
function lineOf(frame: NodeJS.CallSite, writer: PrepareStackTrace): string | undefined {
  const lines = written.get(writer) ?? new Map<string, string | undefined>();
  written.set(writer, lines);
  const place = `${frame.getFileName() ?? ""}:${frame.getLineNumber() ?? 0}:${frame.getColumnNumber() ?? 0}`;
  const key = `${frame.getFunctionName() ?? ""} ${place}`;
  if (!lines.has(key)) {
    const text = writer.call(Error, new Error("one frame"), [frame]);
    const at = typeof text === "string" ? text.indexOf("\n    at ") : -1;
    lines.set(key, at < 0 ? undefined : (text as string).slice(at));
  }
  return lines.get(key);
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
