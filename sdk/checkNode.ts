import { requireNode } from "../provider/core/minimumNode";

// Before anything else is loaded: `index.ts` imports this first.
requireNode(process.versions.node);
