import { DesktopDataDisks, getDesktops } from "pulumi-huaweicloud-workspace";

/** Disks for the desktops of a stage: protected in production, and larger. */
export async function stageDisks(stage: string): Promise<DesktopDataDisks[]> {
  const production = stage === "production";
  const desktops = await getDesktops({ tags: { stage } });
  return desktops.map(
    ({ desktopId }) =>
      new DesktopDataDisks(desktopId, {
        desktopId,
        disks: { data: { type: "SSD", size: production ? 200 : 50 } },
        deletionProtection: production,
      }),
  );
}
