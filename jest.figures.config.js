"use strict";

// Counts that hang on how fast the engine hands over a thousand requests: measured on a quiet machine, not gated on.
const { projects } = require("./jest.config.js");

/** @type {import("jest").Config} */
module.exports = { ...projects[1], displayName: "figures", testMatch: ["<rootDir>/bench/**/*.figures.ts"] };
