import type { ResourceRecord, StackRecord } from "./stackState";

/** A command of the Pulumi CLI for this stack, as it is typed into a shell. */
export function pulumi(stack: StackRecord, ...args: readonly string[]): string {
  const named = stack.source.cli ?? (stack.stack === undefined ? [] : ["--stack", stack.stack]);
  return ["pulumi", ...args, ...named].map(quoted).join(" ");
}

/** Looks at every resource; `alsoCreates`: and forgets that creates were cut off. */
export function refresh(stack: StackRecord, alsoCreates = false): string {
  return pulumi(stack, "refresh", "--yes", ...(alsoCreates ? ["--clear-pending-creates"] : []));
}

/** Takes a resource out of the state; the disk stays. */
export function forget({ stack, urn, protect }: ResourceRecord): string {
  return pulumi(stack, "state", "delete", urn, "--yes", ...(protect ? ["--force"] : []));
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
