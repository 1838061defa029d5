import * as pulumi from "@pulumi/pulumi";

/**
 * The options of a resource whose disks may be protected: where the program
 * says `deletionProtection: true` itself, and nothing of Pulumi's own
 * `protect`, the engine protects the resource as well. It then refuses a
 * delete, a removal and `--replace` at preview, by name, before anything is
 * bought; the provider alone would refuse only the delete that comes after.
 */
export function withProtect(
  opts: pulumi.CustomResourceOptions | undefined,
  isProtected: boolean,
): pulumi.CustomResourceOptions | undefined {
  return isProtected && opts?.protect === undefined ? { ...opts, protect: true } : opts;
}

/**
 * Throws for the option `import`: the engine asks the process of dynamic
 * providers for a resource that it knows nothing of, which ends in a
 * `TypeError` of that process.
 */
export function refuseImport(opts: pulumi.CustomResourceOptions | undefined, kind: string): void {
  if (opts?.import === undefined) return;
  throw new Error(
    `the option import is not possible for ${kind} in this package. To take over a disk as it is, remove the option, ` +
      `set existingVolumeId to the id of the disk, and set deletionProtection (true or false). ` +
      `The plugin can import: see docs/fronts.md. [HWD1102]`,
  );
}

/**
 * What a program in plain JavaScript hands over besides the inputs of this
 * version, such as a misspelled name: passed on, so that the provider refuses
 * it by name at preview. Throws for names that never reach the provider.
 */
export function otherArgs(args: object, known: readonly string[], kind: string): pulumi.Inputs {
  const others = Object.entries(args).filter(([name, value]) => !known.includes(name) && value !== undefined);
  for (const [name] of others) {
    if (name === "timeouts" || name === "customTimeouts") {
      throw new Error(
        `${name} is not an input of ${kind}: give customTimeouts as a resource option, the third argument`,
      );
    }
    if (name in pulumi.CustomResource.prototype || RESERVED.includes(name)) {
      throw new Error(`${name} is not an input of ${kind}`);
    }
  }
  return Object.fromEntries(others);
}

/** Names that Pulumi's classes have for themselves. */
const RESERVED = ["__provider", "id", "urn"];

/**
 * Throws for names of disks that would be lost, or that Pulumi cannot send:
 * it turns what it sends into text for its log, where a disk named `toString`
 * is taken for the function of that name.
 */
export function checkDiskNames<T>(disks: pulumi.Input<T>): pulumi.Input<T> {
  if (typeof disks !== "object" || disks === null) return disks;
  if (pulumi.Output.isInstance(disks) || disks instanceof Promise) {
    return pulumi.output(disks).apply((known) => {
      refuseNames(known as object | null | undefined);
      return known as unknown as T;
    });
  }
  refuseNames(disks);
  return disks;
}

function refuseNames(disks: object | null | undefined): void {
  if (typeof disks !== "object" || disks === null) return;
  const prototype: unknown = Object.getPrototypeOf(disks);
  // { __proto__: { type, size } } sets the prototype, and no disk is seen.
  const isHidden = typeof prototype === "object" && prototype !== null && Object.hasOwn(prototype, "type");
  for (const name of [...Object.keys(disks), ...(isHidden ? ["__proto__"] : [])]) {
    if (name === "toString" || name === "__proto__") {
      throw new Error(`disks: "${name}" cannot be the name of a disk; give it another name`);
    }
  }
}
