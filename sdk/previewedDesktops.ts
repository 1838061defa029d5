import * as pulumi from "@pulumi/pulumi";

/** Resources that are made within this time, in ms, are of one part of a program. */
const WINDOW_MS = 10;
/** One call of the service takes no more. */
const MOST = 100;

/** The known desktops of each stack's program, in the order in which they became known. */
const desktops = new Map<string, Set<string>>();

/**
 * For a preview: the desktops of the program that are known with this one,
 * joined with blanks. The engine checks one resource after the other, so only
 * the program can tell which desktops are worth one call together. Undefined
 * in a run: then nothing is looked at ahead.
 */
export function previewedDesktops(desktopId: pulumi.Input<string>): Promise<string> | undefined {
  if (!pulumi.runtime.isDryRun()) return undefined;
  const key = `${pulumi.getProject()}/${pulumi.getStack()}`;
  const known = desktops.get(key) ?? new Set<string>();
  desktops.set(key, known);
  let own: string | undefined;
  void note(desktopId, (id) => {
    own = id;
    known.add(id);
  });
  return new Promise((resolve) => {
    setTimeout(() => {
      resolve(own === undefined ? "" : together(own, [...known]));
    }, WINDOW_MS);
  });
}

/** A secret id is not told: the list would travel without its mark. */
async function note(desktopId: pulumi.Input<string>, tell: (id: string) => void): Promise<void> {
  if (typeof desktopId === "string") {
    tell(desktopId);
    return;
  }
  const output = pulumi.output(desktopId);
  if (await pulumi.isSecret(output)) return;
  output.apply((id) => {
    // Programs in JavaScript may give anything.
    if (typeof id === "string") tell(id);
  });
}

/** The hundred of all that this one belongs to. */
function together(own: string, all: readonly string[]): string {
  const from = Math.floor(all.indexOf(own) / MOST) * MOST;
  return all.slice(from, from + MOST).join(" ");
}
