// Command "sdks SCHEMA.json FOLDER LANGUAGE…" writes SDKs with Pulumi's generators, each to the folder of its language.
package main

import (
	"encoding/json"
	"log"
	"os"
	"path/filepath"

	gocodegen "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

const tool = "pulumi-huaweicloud-workspace"

var generators = map[string]func(*schema.Package) (map[string][]byte, error){
	"nodejs": func(pkg *schema.Package) (map[string][]byte, error) {
		return nodejs.GeneratePackage(tool, pkg, nil, nil, false, nil)
	},
	"python": func(pkg *schema.Package) (map[string][]byte, error) {
		return python.GeneratePackage(tool, pkg, nil, nil)
	},
	"go": func(pkg *schema.Package) (map[string][]byte, error) {
		return gocodegen.GeneratePackage(tool, pkg, nil)
	},
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	text, err := os.ReadFile(os.Args[1])
	check(err)
	for _, language := range os.Args[3:] {
		// Each generator keeps what it decodes in the package: each gets one of its own.
		var spec schema.PackageSpec
		check(json.Unmarshal(text, &spec))
		pkg, diagnostics, err := schema.BindSpec(spec, schema.NewNullLoader(), schema.ValidationOptions{})
		check(err)
		if diagnostics.HasErrors() {
			log.Fatal(diagnostics)
		}
		files, err := generators[language](pkg)
		check(err)
		for name, content := range files {
			path := filepath.Join(os.Args[2], language, name)
			check(os.MkdirAll(filepath.Dir(path), 0o755))
			check(os.WriteFile(path, content, 0o644))
		}
	}
}
