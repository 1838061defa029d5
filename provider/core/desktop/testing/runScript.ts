import type { Volume } from "../../api/volumes";
import type { VolumeRequest } from "../volumeRequest";
import { answered, type Script, ScriptedDesktop, shown } from "./scriptedDesktop";
import { SSD } from "./times";

export const add: VolumeRequest = { kind: "add", spec: SSD };
export const remove = (volumeId: string): VolumeRequest => ({ kind: "delete", volumeId });
export const grow = (volumeId: string, size = 40): VolumeRequest => ({ kind: "grow", volumeId, size });

/** The service itself says that the desktop is busy. */
export const busy = { outcome: "not now", error: answered(409, "WKS.00010032", "HWD1305") } as const;
/** A gateway lost the answer: the request may have been carried out. */
export const lost = { outcome: "unknown", error: answered(504, "", "HWD1307") } as const;
export const refused = { outcome: "refused", error: answered(400, "WKS.0400") } as const;

/** Runs the requests on a desktop with this script: the outcomes, and everything that the desktop was asked, in order. */
export async function runScript(script: Script, requests: readonly VolumeRequest[]) {
  const desktop = new ScriptedDesktop(script);
  const results = await desktop.run(requests);
  return { desktop, results, calls: desktop.calls, phases: desktop.phases.join(" ") };
}

/** A desktop that shows `before`, and from a second on `after`. */
export const becoming = (before: readonly Volume[], from: number, after: readonly Volume[]) =>
  ({ read: (second: number) => shown(second < from ? before : after) }) satisfies Script;
