import { requireNode } from "../core/minimumNode";

// Before anything else is loaded: `main.ts` imports this first. An error that is thrown would show a line of the bundle.
try {
  requireNode(process.versions.node);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
