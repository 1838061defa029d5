// Package disks holds the program; main runs it, and so can the Automation API.
package disks

import (
	workspace "example.com/pulumi-huaweicloud-workspace/sdk/go/huaweicloudworkspace"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

// Program makes the data disks of one desktop.
func Program(ctx *pulumi.Context) error {
	settings := config.New(ctx, "")
	computerName := settings.Require("computerName")
	desktop, err := workspace.GetDesktop(ctx, &workspace.GetDesktopArgs{ComputerName: &computerName})
	if err != nil {
		return err
	}
	size := settings.GetInt("dataSize")
	if size == 0 {
		size = 100
	}

	// A resource for one disk.
	data, err := workspace.NewDataDiskAttachment(ctx, "data", &workspace.DataDiskAttachmentArgs{
		DesktopId: pulumi.String(desktop.DesktopId),
		Type:      workspace.DiskTypeSSD,
		Size:      pulumi.Int(size),
	})
	if err != nil {
		return err
	}

	// Disks that belong together, as one resource.
	scratch, err := workspace.NewDesktopDataDisks(ctx, "scratch", &workspace.DesktopDataDisksArgs{
		DesktopId:      pulumi.String(desktop.DesktopId),
		DeletionPolicy: workspace.DeletionPolicyDelete,
		Disks: workspace.DataDiskMap{
			"build": &workspace.DataDiskArgs{Type: pulumi.String("SAS"), Size: pulumi.Int(50)},
			"cache": &workspace.DataDiskArgs{Type: pulumi.String("SAS"), Size: pulumi.Int(20)},
		},
	})
	if err != nil {
		return err
	}

	// A disk that exists already. It is protected unless the program says otherwise.
	if existing := settings.Get("existingVolumeId"); existing != "" {
		_, err := workspace.NewDataDiskAttachment(ctx, "existing", &workspace.DataDiskAttachmentArgs{
			DesktopId:          pulumi.String(desktop.DesktopId),
			Type:               workspace.DiskTypeSSD,
			Size:               pulumi.Int(20),
			DeletionProtection: pulumi.Bool(true),
		}, pulumi.Import(pulumi.ID(desktop.DesktopId+"/"+existing)))
		if err != nil {
			return err
		}
	}

	ctx.Export("volumeId", data.VolumeId)
	ctx.Export("scratchIds", scratch.VolumeIds)
	return nil
}
