// Data disks of a desktop.
package main

import (
	"disks-of-a-desktop/disks"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(disks.Program)
}
