"use strict";

// Runs that take as long as they are given: `npm run chaos` starts them, and no test does.
const { projects } = require("./jest.config.js");

/** @type {import("jest").Config} */
module.exports = {
  ...projects[1],
  displayName: "chaos",
  testMatch: ["<rootDir>/chaos/**/*.chaos.ts"],
};
