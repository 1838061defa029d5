/** The oldest version of Node.js that runs this package, as package.json has it. */
export const MINIMUM_NODE = "20.19";

/** Throws where this Node.js is too old: what it lacks would show as a `SyntaxError` or `ERR_REQUIRE_ESM` of a dependency. */
export function requireNode(version: string): void {
  if (version.localeCompare(MINIMUM_NODE, "en", { numeric: true }) >= 0) return;
  const error = new Error(
    `Loading pulumi-huaweicloud-workspace: Node.js ${version} is too old. Nothing was sent to the service. ` +
      `Install Node.js ${MINIMUM_NODE} or newer, or set PATH so that \`node --version\` shows it, and run again. [HWD1805]`,
  );
  error.stack = error.message;
  throw error;
}
