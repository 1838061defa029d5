// Package cli keeps the Pulumi command line in go.mod, for scripts/pulumi to build it.
package cli

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
