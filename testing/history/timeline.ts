import type { HistoryRecord } from "../judge/record";

/** What one provider process was asked, sent and said, and what really happened meanwhile: a line each, by time. */
export function describeTimeline(record: HistoryRecord, process: string): string {
  const rows: [at: number, what: string][] = [];
  for (const one of record.operations.filter((operation) => operation.process === process)) {
    const { id, method, resource, desktop, startedAt, endedAt, outcome, news, olds, result } = one;
    rows.push([startedAt, `${id} ${method} of ${resource} on ${desktop}: ${shown({ olds, news })}`]);
    if (endedAt !== undefined) rows.push([endedAt, `${id} ${outcome ?? ""} ${shown({ result })}`]);
  }
  for (const request of record.requests.filter((one) => one.process === process)) {
    const { at, label, method, path, status = "no answer", answeredAt, shows } = request;
    const answer = `${status}${answeredAt === at ? "" : ` at ${answeredAt ?? "never"}`}`;
    rows.push([at, `${label} ${method} ${path} -> ${answer} ${shown({ shows })}`]);
  }
  for (const { at, operation = "", severity, text } of record.texts.filter((one) => one.process === process))
    if (severity !== "debug") rows.push([at, `${severity} ${operation} ${text.trim()}`]);
  const times = rows.map(([at]) => at);
  const [from, to] = [Math.min(...times), Math.max(...times) + MEANWHILE_MS];
  for (const { at, what, desktop_id, volume_id = "", type = "", size = "", by } of record.events) {
    if (at < from || at > to) continue;
    const who = by.who === "request" ? `${by.label ?? "nobody"}${by.copy > 0 ? " (copy)" : ""}` : by.who;
    rows.push([at, `    ${what} on ${desktop_id} by ${who} ${volume_id} ${type} ${size}`]);
  }
  rows.sort(([one], [other]) => one - other);
  return rows.map(([at, what]) => `${(at / 1000).toFixed(3).padStart(9)} ${what.trimEnd()}`).join("\n");
}

/** What happens so long after the last of it is shown too, in ms. */
const MEANWHILE_MS = 60_000;

function shown(value: object): string {
  const text = JSON.stringify(value);
  return text === "{}" ? "" : text;
}
