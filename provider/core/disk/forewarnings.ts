import { regionMeantBy } from "../auth/regions";
import type { Connections } from "../desktop/connections";
import { isKnown, type Log } from "../host";
import { KNOWN_TYPES, nearestName } from "../schema";
import type { SetInputs } from "./inputs";
import { effectiveFor } from "./plan";
import { looksLikeId, notAnId } from "./texts";

/** Warns, before a call, of inputs that may be right and most likely are not: each once, for all resources. */
export class Forewarnings {
  readonly #said = new Set<string>();

  constructor(private readonly log: Log) {}

  /** What is new in these inputs. Only a resource without state is warned of its region: others are refused a change. */
  about(
    { old, wanted, isNew }: { old: SetInputs; wanted: SetInputs; isNew: boolean },
    connections: Pick<Connections, "effective" | "setBy">,
  ): void {
    const { desktopId, disks } = wanted;
    if (isKnown(desktopId) && desktopId !== old.desktopId && !looksLikeId(desktopId))
      this.#warn(notAnId(desktopId));
    if (!isNew && !isKnown(desktopId) && isKnown(old.desktopId)) this.#ofUnknownDesktop(old.desktopId);
    for (const entry of isKnown(disks) ? disks.values() : [])
      if (isKnown(entry) && isKnown(entry.type)) this.#ofType(entry.type);
    if (!isNew) return;
    const { region, sources } = effectiveFor(connections, wanted.place);
    if (isKnown(region)) this.#ofRegion(region, sources?.region ?? "program");
  }

  /** The engine asks about the disk only when the desktop's own change has been made. */
  #ofUnknownDesktop(before: string): void {
    this.#warn(
      `the desktopId of a resource with disks on desktop ${before} is not known yet. If this run replaces that desktop, ` +
        `its disks and their data are deleted with it: a run that moves disks to another desktop is refused, which may then be too late. ` +
        `To keep the desktop, set the resource option protect: true on it`,
    );
  }

  #ofType(type: string): void {
    const known: readonly string[] = KNOWN_TYPES;
    if (known.includes(type)) return;
    const meant = nearestName(type, known);
    const hint = meant === undefined ? "" : `did you mean ${meant}? `;
    this.#warn(`type "${type}" is not one of ${known.join(", ")}; ${hint}${WHICH_TYPES}`);
  }

  #ofRegion(region: string, source: string): void {
    const meant = regionMeantBy(region);
    if (meant === undefined) return;
    this.#warn(
      `region "${region}" (${source}) does not look right; did you mean "${meant}"? ` +
        `With a project id and an endpoint of their own nothing else shows a wrong region, and it is kept in state`,
    );
  }

  #warn(text: string): void {
    if (this.#said.has(text)) return;
    this.#said.add(text);
    this.log.warn(text);
  }
}

/** Where a program finds the types that can be bought. */
export const WHICH_TYPES = "getVolumeTypes lists the types that the project offers";
