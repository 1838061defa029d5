// Package host keeps the YAML language host in go.mod: scripts/pulumi builds
// it from here. It stands apart from the CLI, because each asks for another
// version of Pulumi's packages.
package host

import _ "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"
