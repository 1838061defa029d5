import { isDefaultProvider } from "./defaultProvider";

test.each([
  [undefined, true],
  ["default", true],
  ["default_0_1_0", true],
  ["team", false],
  ["defaults", false],
])("%s is made by the engine: %s", (name, is) => {
  expect(isDefaultProvider(name)).toBe(is);
});
