/** Records that are written by hand, for tests of the judge: one process of one stack on one desktop. */
import type { HistoryEvent } from "huaweicloud-workspace-emulator";
import type {
  Disk,
  EndingCommand,
  Holding,
  HistoryRecord,
  OperationRecord,
  RequestRecord,
  StateRecord,
  TextRecord,
} from "./record";

export const DESKTOP = "desktop-1";
export const SSD = { type: "SSD", size: 20 };

/** A disk in state. */
export const disk = (volumeId: string, more: Partial<Disk> = {}): Disk => ({
  name: "",
  volumeId,
  ...SSD,
  ...more,
});
/** A disk that a program asks for. */
export const wanted = (more: Partial<Disk> = {}): Disk => ({ name: "", ...SSD, ...more });

let count = 0;

/** An operation from 0 to 1,000 ms that succeeds in time. */
export function operation(
  method: OperationRecord["method"],
  more: Partial<OperationRecord> = {},
): OperationRecord {
  count += 1;
  return {
    id: `operation-${count}`,
    process: "A1",
    stack: "A",
    resource: "a",
    method,
    desktop: DESKTOP,
    startedAt: 0,
    deadlineAt: 60_000,
    olds: [],
    news: [],
    endedAt: 1_000,
    outcome: "succeeded",
    heard: true,
    ...more,
  };
}

/** A request at 100 ms that is answered at once. */
export function request(label: string, more: Partial<RequestRecord> = {}): RequestRecord {
  const path = `/v2/p/desktops/${DESKTOP}/volumes`;
  const { at = 100, answeredAt = 100 } = more;
  return {
    order: { left: at, answered: answeredAt },
    label,
    process: "A1",
    at: 100,
    method: "POST",
    path,
    desktops: [DESKTOP],
    answeredAt: 100,
    status: 200,
    ...more,
  };
}

export const adds = (label: string, more: Partial<RequestRecord> = {}) =>
  request(label, { change: { kind: "add", volumeIds: [], count: 1 }, ...more });
export const deletes = (label: string, volumeIds: string[], more: Partial<RequestRecord> = {}) =>
  request(label, { change: { kind: "delete", volumeIds, count: volumeIds.length }, ...more });
/** A look at the desktop that shows these disks. */
export const looks = (label: string, shows: string[], more: Partial<RequestRecord> = {}) =>
  request(label, { method: "GET", path: `/v2/p/desktops/${DESKTOP}`, shows, ...more });

type By = HistoryEvent["by"];

export const by = (label: string, copy = 0): By => ({
  who: "request",
  request_id: `id of ${label}`,
  label,
  operation: "AddDesktopVolumes",
  copy,
});
export const secondActor: By = { who: "second-actor" };

export function added(volumeId: string, who: By, more: Partial<HistoryEvent> = {}): HistoryEvent {
  const at = 500;
  return { at, what: "volume-added", desktop_id: DESKTOP, volume_id: volumeId, ...SSD, by: who, ...more };
}

export function removed(volumeId: string, who: By, more: Partial<HistoryEvent> = {}): HistoryEvent {
  return {
    at: 500,
    what: "volume-removed",
    desktop_id: DESKTOP,
    volume_id: volumeId,
    ...SSD,
    by: who,
    ...more,
  };
}

export const holding = (volumeId: string, resource = "a", name = ""): Holding => ({
  resource,
  name,
  volumeId,
});

export function state(held: Holding[], more: Partial<StateRecord> = {}): StateRecord {
  return { at: 1_000, stack: "A", held, text: JSON.stringify(held), ...more };
}

export function error(text: string, of: OperationRecord, more: Partial<TextRecord> = {}): TextRecord {
  return { at: 1_000, process: of.process, operation: of.id, severity: "error", text, ...more };
}

export function ends(command: EndingCommand["command"], more: Partial<EndingCommand> = {}): EndingCommand {
  const nothing = { outcomes: [], declared: [], held: [], truth: [] };
  return { stack: "A", command, startedAt: 1_000, endedAt: 2_000, ...nothing, ...more };
}

/** The record of all that, with nothing wrong in it. */
export function sketch(parts: Partial<HistoryRecord>): HistoryRecord {
  return {
    processes: [
      { id: "A1", stack: "A" },
      { id: "B1", stack: "B" },
    ],
    operations: [],
    requests: [],
    texts: [],
    states: [],
    events: [],
    initial: [],
    secrets: [],
    ending: [],
    endedAt: 100_000,
    ...parts,
  };
}
