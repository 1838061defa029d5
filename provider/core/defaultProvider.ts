/** Whether the engine made the provider of this name by itself: `default`, `default_1_0_0`. A program has no resource for it. */
export function isDefaultProvider(name: string | undefined): boolean {
  return name === undefined || /^default(_|$)/.test(name);
}
