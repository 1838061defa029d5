import type { Finding } from "../findings";

/** A finding in one line. */
export function brief(finding: Finding): string {
  switch (finding.kind) {
    case "unowned-volume":
      return `unowned ${finding.volume.volumeId}`;
    case "pending-operation": {
      const added = finding.mayHaveAdded.map(({ unowned, disk }) =>
        [disk.name, unowned.volume.volumeId].filter((word) => word !== undefined).join("="),
      );
      return [finding.pending.operation, finding.pending.resource.name, ...added].join(" ");
    }
    case "pending-add":
      return [
        "pending",
        finding.resource.name,
        ...finding.mayHaveAdded.map(({ volume }) => volume.volumeId),
      ].join(" ");
    case "gone-volume":
      return `gone ${finding.disks.map(({ volumeId }) => volumeId).join(" ")} of ${finding.resource.name}${finding.withDesktop ? " with desktop" : ""}${finding.shownBy === undefined ? "" : ` now on ${finding.shownBy.desktopId}`}`;
    case "owned-twice":
      return `twice ${finding.volumeId}: ${finding.holders.map(({ resource }) => resource.name).join(" ")}`;
  }
}
