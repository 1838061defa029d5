import js from "@eslint/js";
import tseslint from "typescript-eslint";

/**
 * The walls between the rooms: which folder may import which other one. A
 * request goes sdk -> engine -> provider/index -> disk -> desktop -> workspace
 * -> auth, and each room knows only the one below it.
 */
const rooms = [
  {
    room: "provider/auth",
    closed: ["../*", "!../clock", "!../log", "@pulumi/*", "p-retry"],
    why: "auth knows nothing of the other rooms: it is handed a send function",
  },
  {
    room: "provider/workspace",
    closed: ["../disk/*", "../desktop/*", "../index*", "../../*", "@pulumi/*"],
    why: "workspace may use auth only",
  },
  {
    room: "provider/desktop",
    closed: ["../disk/*", "../auth/*", "../index*", "../../*", "@pulumi/*"],
    why: "desktop may use workspace only",
  },
  {
    room: "provider/disk",
    closed: ["../workspace/*", "../auth/*", "../index*", "../../*", "@pulumi/*"],
    why: "disk may use desktop only",
  },
  {
    room: "provider/core/auth",
    closed: ["../api/*", "../desktop/*", "../disk/*", "../index*", "@pulumi/*", "p-retry"],
    why: "core/auth knows nothing of the layers above it: it is handed a send function",
  },
  {
    room: "provider/core/api",
    closed: ["../desktop/*", "../disk/*", "../index*", "@pulumi/*"],
    why: "core/api uses core/auth only",
  },
  {
    room: "sdk",
    closed: [
      "../provider/disk/*",
      "../provider/desktop/*",
      "../provider/auth/*",
      "../provider/index*",
      "axios",
    ],
    why: "sdk meets the provider in the stored string and in the look-ups only",
  },
  {
    room: "orphans",
    closed: [
      "../provider/auth/*",
      "../provider/workspace/*",
      "!../provider/workspace/connect",
      "../provider/index*",
      "../sdk/*",
      "@pulumi/*",
    ],
    why: "orphans reads states and desktops as provider/disk does, and makes the connection",
  },
  {
    room: "emulator",
    closed: ["**/provider/**", "**/sdk/**", "pulumi-huaweicloud-workspace*", "@pulumi/*", "axios"],
    why: "the emulator is the other side of the wire and knows nothing of ours",
  },
];

const axiosOnlyInTransport = { name: "axios", message: "axios stays in transport.ts" };

export default tseslint.config(
  { ignores: ["**/dist/**", "build/**", "**/node_modules/**", "coverage/**"] },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      // Taking a property away is written as a rest without it.
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true }],
      "no-restricted-imports": ["error", { paths: [axiosOnlyInTransport] }],
      eqeqeq: "error",
    },
  },
  ...rooms.map(({ room, closed, why }) => ({
    files: [`${room}/**/*.ts`],
    ignores: ["**/*.test.ts", "**/testing/**"],
    rules: {
      "no-restricted-imports": [
        "error",
        { paths: [axiosOnlyInTransport], patterns: [{ group: closed, message: why }] },
      ],
    },
  })),
  {
    files: ["provider/core/**/*.ts"],
    ignores: ["**/*.test.ts"],
    rules: {
      "no-restricted-globals": [
        "error",
        { name: "process", message: "a front passes it in: see core/host.ts" },
      ],
    },
  },
  {
    // The second is what we measure against, and no part of ours.
    files: ["provider/{workspace,core/api}/transport{,.test}.ts", "bench/one-call-a-disk/*.ts"],
    rules: { "no-restricted-imports": "off" },
  },
  {
    // Node's own test runner waits for its tests by itself.
    files: ["examples/**/*.test.ts"],
    rules: {
      "@typescript-eslint/no-floating-promises": [
        "error",
        { allowForKnownSafeCalls: [{ from: "package", package: "node:test", name: ["test"] }] },
      ],
    },
  },
  {
    files: ["**/*.js", "**/*.mjs"],
    languageOptions: {
      globals: {
        process: "readonly",
        console: "readonly",
        require: "readonly",
        module: "writable",
        exports: "readonly",
        __dirname: "readonly",
        URL: "readonly",
      },
    },
  },
);
