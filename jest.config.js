"use strict";

const { availableParallelism } = require("node:os");

// These are ES modules; jest runs CommonJS, so they are transformed like our own code.
const esModules = ["p-retry", "is-network-error", "@actions/(?:expressions|workflow-parser)"].join("|");

const tsJest = [
  "ts-jest",
  {
    tsconfig: {
      module: "commonjs",
      moduleResolution: "node10",
      target: "es2022",
      esModuleInterop: true,
      allowJs: true,
      isolatedModules: true,
    },
    diagnostics: false,
  },
];

const shared = {
  testEnvironment: "node",
  transform: { "\\.[jt]s$": tsJest },
  transformIgnorePatterns: [`/node_modules/(?!(${esModules})/)`],
  moduleNameMapper: {
    "^huaweicloud-workspace-emulator$": "<rootDir>/emulator/src/index.ts",
    // They have entries for import only.
    "^@actions/(expressions|workflow-parser)$": "<rootDir>/node_modules/@actions/$1/dist/index.js",
    "^@actions/(expressions|workflow-parser)/(.*)$": "<rootDir>/node_modules/@actions/$1/dist/$2.js",
    // A lazy import() names the compiled file, as Node asks for; here the source stands for it.
    "^(\\.{1,2}/.*)\\.js$": "$1",
  },
  modulePathIgnorePatterns: ["<rootDir>/dist/", "<rootDir>/build/", "<rootDir>/emulator/dist/"],
};

/** @type {import("jest").Config} */
module.exports = {
  // A busy machine may need seconds to start what a test needs; what hangs is still ended.
  testTimeout: 30_000,
  // By default one core stays free: of two, that would be half. A third of the time, tests wait for a proof that takes
  // time.
  maxWorkers: availableParallelism() + 1,
  projects: [
    {
      ...shared,
      displayName: "fast",
      testMatch: ["<rootDir>/{sdk,provider,orphans,scripts,emulator,bench,testing}/**/*.test.ts"],
    },
    // The real engine and the real provider process: minutes, not milliseconds.
    { ...shared, displayName: "real", testMatch: ["<rootDir>/tests/**/*.test.ts"] },
  ],
};
