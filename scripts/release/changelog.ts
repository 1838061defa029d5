/** The notes of one version in CHANGELOG.md; undefined where it has no heading, or one that says "not released". */
export function releaseNotes(changelog: string, version: string): string | undefined {
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((text) => text.split(/\s/, 1)[0] === version);
  if (section === undefined) return undefined;
  const [heading = "", ...lines] = section.split("\n");
  const notes = lines.join("\n").trim();
  return /not released/i.test(heading) || notes === "" ? undefined : notes;
}
