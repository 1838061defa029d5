/** Ways to install this package that must work: every supported major release of Node, the oldest SDK and the newest. */

export type Language = "TypeScript" | "JavaScript" | "ES module";

/** One way to install it. */
export interface Installation {
  readonly manager: "npm" | "pnpm" | "yarn";
  /** Release of Node, as a range. */
  readonly node: string;
  /** `@pulumi/pulumi`, as a range or tag. */
  readonly pulumi: string;
  readonly language: Language;
}

/**
 * The lower end of the peer range in package.json; a test holds the two together.
 * It is the first whose dynamic providers can return inputs from a read, so
 * that drift shows property by property.
 */
export const oldestPulumi = "3.216.0";

export const installations: readonly Installation[] = [
  { manager: "npm", node: "20.19", pulumi: oldestPulumi, language: "TypeScript" },
  { manager: "pnpm", node: "22", pulumi: "3.245.0", language: "JavaScript" },
  { manager: "yarn", node: "24", pulumi: "latest", language: "ES module" },
];

/** For people: which one it is. */
export function describeInstallation({ manager, node, pulumi, language }: Installation): string {
  return `${manager} on Node ${node}, @pulumi/pulumi ${pulumi}, ${language}`;
}
