// Package cli keeps the Pulumi command line in go.mod: scripts/pulumi builds
// it from here when no released binary can be had.
package cli

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
