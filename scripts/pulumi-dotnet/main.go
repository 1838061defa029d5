// Command "pulumi-dotnet SCHEMA.json FOLDER dotnet" writes the SDK for .NET, as scripts/pulumi-cli/sdks does for others.
package main

import (
	"encoding/json"
	"image"
	"image/png"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi/pkg/v3/codegen/dotnet"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	text, err := os.ReadFile(os.Args[1])
	check(err)
	var spec schema.PackageSpec
	check(json.Unmarshal(text, &spec))
	// The generator downloads a logo. Ours is one pixel, so that it needs no network.
	logo := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		check(png.Encode(w, image.NewGray(image.Rect(0, 0, 1, 1))))
	}))
	spec.LogoURL = logo.URL
	pkg, err := schema.ImportSpec(spec, nil)
	check(err)
	files, err := dotnet.GeneratePackage("pulumi-huaweicloud-workspace", pkg, nil, nil)
	check(err)
	for name, content := range files {
		path := filepath.Join(os.Args[2], os.Args[3], name)
		check(os.MkdirAll(filepath.Dir(path), 0o755))
		check(os.WriteFile(path, content, 0o644))
	}
}
