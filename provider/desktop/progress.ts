import type { Asked, VolumeRequest } from "./asked";
import type { Desk } from "./desk";

const DOING: Readonly<Record<VolumeRequest["kind"], string>> = {
  delete: "deleting",
  add: "adding",
  grow: "growing",
  qos: "changing the speed of",
};

/**
 * Shows what is seen of a batch while it is carried out, as one line:
 * `desktop team-7: deleting 10 disks, 12 s, 40 %, job … is RUNNING`.
 */
export function progressOf(desk: Desk, members: readonly Asked[]): (seen: string) => void {
  const { clock } = desk.client;
  const since = clock.now();
  const doing = DOING[members[0]?.request.kind ?? "delete"];
  const disks = members.length === 1 ? "1 disk" : `${members.length} disks`;
  return (seen) => {
    const seconds = Math.round((clock.now() - since) / 1000);
    desk.show(desk.desktopId, `desktop ${desk.name}: ${doing} ${disks}, ${seconds} s, ${seen}`);
  };
}
