"""Data disks of a desktop."""

import pulumi
import pulumi_huaweicloud_workspace as workspace


def disks() -> None:
    """The whole program; `__main__.py` runs it, and so can the Automation API."""
    config = pulumi.Config()
    desktop = workspace.get_desktop(computer_name=config.require("computerName"))

    # A resource for one disk.
    data = workspace.DataDiskAttachment(
        "data",
        desktop_id=desktop.desktop_id,
        type=workspace.DiskType.SSD,
        size=config.get_int("dataSize") or 100,
    )

    # Disks that belong together, as one resource.
    scratch = workspace.DesktopDataDisks(
        "scratch",
        desktop_id=desktop.desktop_id,
        deletion_policy=workspace.DeletionPolicy.DELETE,
        disks={
            "build": workspace.DataDiskArgs(type="SAS", size=50),
            "cache": workspace.DataDiskArgs(type="SAS", size=20),
        },
    )

    # A disk that exists already. It is protected unless the program says otherwise.
    existing = config.get("existingVolumeId")
    if existing is not None:
        workspace.DataDiskAttachment(
            "existing",
            desktop_id=desktop.desktop_id,
            type="SSD",
            size=20,
            deletion_protection=True,
            opts=pulumi.ResourceOptions(import_=f"{desktop.desktop_id}/{existing}"),
        )

    pulumi.export("volumeId", data.volume_id)
    pulumi.export("scratchIds", scratch.volume_ids)
