import type { CallCount } from "./api-calls";

/** What one operation of the engine took. */
export interface OperationReport {
  readonly name: string;
  readonly ms: number;
  readonly calls: CallCount;
}

/** Lines up the cells of a table: the first column to the left, the others to the right. */
export function alignTable(rows: readonly (readonly string[])[]): string[] {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("   ")
      .trimEnd(),
  );
}

/** A column an operation: its time, its API calls by kind, and the conflicts among them. */
export function reportTable(operations: readonly OperationReport[]): string[] {
  const kinds = [...new Set(operations.flatMap(({ calls }) => [...calls.kinds.keys()]))];
  const row = (title: string, cell: (operation: OperationReport) => string): string[] => [
    title,
    ...operations.map(cell),
  ];
  const total = ({ calls }: OperationReport): number =>
    [...calls.kinds.values()].reduce((sum, count) => sum + count, 0);
  return alignTable([
    row("", ({ name }) => name),
    row("time", ({ ms }) => `${(ms / 1000).toFixed(1)} s`),
    row("API calls", (operation) => String(total(operation))),
    ...kinds.map((kind) => row(`  ${kind}`, ({ calls }) => String(calls.kinds.get(kind) ?? 0))),
    row("conflicts (409)", ({ calls }) => String(calls.conflicts)),
  ]);
}
