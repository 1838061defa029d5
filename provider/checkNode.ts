import { requireNode } from "./core/minimumNode";

// Before anything else is loaded: `index.ts` imports this first.
requireNode(process.versions.node);
