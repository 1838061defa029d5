import js from "@eslint/js";
import tseslint from "typescript-eslint";

/** May import what they like: they are not published. */
const unpublished = ["**/*.test.ts", "**/testing/**"];

const noTesting = { regex: "(^|/)testing/", message: "testing/ is never published" };
const noEngine = { regex: "^@pulumi/", message: "what one front needs lives in that front" };
const noAxios = { name: "axios", message: "axios stays in core/api/transport.ts" };
const noProcess = "the core reads nothing of the process: a front passes it in, see core/host.ts";
const noProcessModule = ["process", "node:process"].map((name) => ({ name, message: noProcess }));

/** Which modules these files must not import, by regular expressions. The last entry for a file counts, whole. */
function closed(files, patterns, { ignores = unpublished, paths = [noAxios] } = {}) {
  return { files, ignores, rules: { "no-restricted-imports": ["error", { paths, patterns }] } };
}

/** The layers of provider/core, lowest first: each may import those before it, and the files beside them. */
const layers = ["auth", "api", "desktop", "disk"];

function layerRule(layer, files, paths) {
  const above = layers.slice(layers.indexOf(layer) + 1).map((name) => `${name}/`);
  const sends = { name: "p-retry", message: "core/auth is handed a send function" };
  return closed(
    files,
    [
      {
        regex: `^\\.\\./(${[...above, "index", "lookups", "$"].join("|")})|^\\.\\.$`,
        message: `core/${layer} is below that`,
      },
      { regex: "^\\.\\./\\.\\./(?!version$)", message: "the core knows nothing of what is around it" },
      noEngine,
      noTesting,
    ],
    { paths: [...paths, ...(layer === "auth" ? [sends] : []), ...noProcessModule] },
  );
}

/** A front calls the core; what two fronts share is in provider/front. */
function frontRule(front) {
  const others = ["dynamic", "plugin"].filter((name) => name !== front);
  return closed(
    [`provider/${front}/**/*.ts`, ...(front === "dynamic" ? ["provider/index.ts"] : [])],
    [
      {
        regex: "/core/(api|desktop)/|/core/auth/(?!settings$)",
        message: "a front calls core and core/disk only",
      },
      { regex: `\\.\\./(${others.join("|")})/`, message: "a front knows no other front" },
      { regex: "(^|/)(sdk|orphans)/", message: "a front knows nothing of what programs import" },
      noTesting,
    ],
  );
}

/**
 * Which folder may import what. Dependencies point downwards only:
 *
 *   sdk, orphans, provider/dynamic, provider/plugin -> core/disk -> core/desktop -> core/api -> core/auth
 */
const imports = [
  ...layers.map((layer) => layerRule(layer, [`provider/core/${layer}/**/*.ts`], [noAxios])),
  layerRule("api", ["provider/core/api/transport.ts"], []),
  closed(
    ["provider/core/*.ts"],
    [
      {
        regex: "^\\./(auth|api|desktop|disk|index|lookups)(/|$)",
        message: "every layer stands on this file",
      },
      { regex: "^\\.\\.", message: "the core knows nothing of what is around it" },
      noEngine,
      noTesting,
    ],
    // These two wire the layers together.
    { ignores: [...unpublished, "provider/core/{index,lookups}.ts"], paths: [noAxios, ...noProcessModule] },
  ),
  closed(
    ["provider/core/{index,lookups}.ts"],
    [{ regex: "^\\.\\.", message: "the core knows nothing of what is around it" }, noEngine, noTesting],
    { paths: [noAxios, ...noProcessModule] },
  ),
  ...["dynamic", "plugin", "front"].map(frontRule),
  closed(
    ["sdk/**/*.ts"],
    [
      {
        regex: "/provider/(?!core/)|/core/(desktop|disk)/",
        message: "sdk meets the provider in the stored string and in the look-ups only",
      },
      noTesting,
    ],
  ),
  closed(
    ["orphans/**/*.ts"],
    [
      {
        regex: "/provider/(?!core/)|/sdk/",
        message: "orphans reads states and desktops with the core, and knows no front",
      },
      noEngine,
      noTesting,
    ],
  ),
  closed(
    ["emulator/**/*.ts"],
    [
      {
        regex: "(^|/)(provider|sdk|orphans)/|^pulumi-huaweicloud-workspace|^@pulumi/",
        message: "the emulator is the other side of the wire and knows nothing of ours",
      },
      noTesting,
    ],
  ),
];

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
      "no-restricted-imports": ["error", { paths: [noAxios] }],
      eqeqeq: "error",
      // What a caught error holds may be secret: messages are made anew.
      "preserve-caught-error": "off",
    },
  },
  ...imports,
  {
    files: ["provider/core/**/*.ts"],
    ignores: ["**/*.test.ts"],
    rules: {
      "no-restricted-globals": ["error", { name: "process", message: noProcess }],
      "no-restricted-syntax": [
        "error",
        {
          selector: "MemberExpression[object.name=/^global(This)?$/][property.name='process']",
          message: noProcess,
        },
        {
          selector: "ExportAllDeclaration, ExportNamedDeclaration[source]",
          message: "no barrels: import from the file where it is defined",
        },
      ],
    },
  },
  {
    // One concept, one file: what is longer holds two.
    files: ["**/*.ts"],
    rules: { "max-lines": ["error", { max: 350, skipComments: true, skipBlankLines: true }] },
  },
  {
    // What we measure against, and no part of ours.
    files: ["bench/one-call-a-disk/*.ts"],
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
    files: ["emulator/page/*.js"],
    languageOptions: {
      sourceType: "module",
      globals: { document: "readonly", fetch: "readonly", crypto: "readonly", setTimeout: "readonly" },
    },
  },
  {
    files: ["**/*.js", "**/*.mjs"],
    ignores: ["emulator/page/*.js"],
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
