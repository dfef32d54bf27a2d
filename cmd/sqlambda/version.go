package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"sqlambda/engine/sqlite"
)

// versionCommand is "sqlambda version".
type versionCommand struct {
	JSON bool `name:"json" help:"Print the versions as JSON."`
}

func (versionCommand) manual() manual {
	return manual{
		Text: "A release tells its version. What was built from a clone tells its commit too, and whether there were changes.",
		Examples: `
sqlambda version
sqlambda version --json`,
		JSON: `{
  "sqlambda": "v1.2.3",
  "sqlite": "3.54.1",
  "go": "1.26.0",
  "platform": "linux/amd64"
}`,
		ExitCodes: []term{
			{"0", "the versions were printed"},
			{"2", misused},
		},
	}
}

// Run prints the versions.
func (c versionCommand) Run(p *process) error {
	versions := struct {
		Own      string `json:"sqlambda"`
		SQLite   string `json:"sqlite"`
		Go       string `json:"go"`
		Platform string `json:"platform"`
	}{"unknown", sqlite.Version, strings.TrimPrefix(runtime.Version(), "go"), runtime.GOOS + "/" + runtime.GOARCH}
	if info, ok := debug.ReadBuildInfo(); ok {
		versions.Own = ownVersion(info)
	}
	if c.JSON {
		return p.stdout.writeJSON(versions)
	}
	_, err := fmt.Fprintf(p.stdout, "sqlambda %s\nSQLite %s\nGo %s %s\n",
		versions.Own, versions.SQLite, versions.Go, versions.Platform)
	return err
}

// release is the version of a release, which release.sh sets; empty elsewhere.
var release string

// ownVersion is that of a release, or the version of the module and, where the build knows it, the commit:
// https://pkg.go.dev/runtime/debug#BuildSetting.
func ownVersion(info *debug.BuildInfo) string {
	if release != "" {
		return release
	}
	var revision, modified string
	for _, setting := range info.Settings {
		switch {
		case setting.Key == "vcs.revision":
			revision = setting.Value
		case setting.Key == "vcs.modified" && setting.Value == "true":
			modified = ", modified"
		}
	}
	if revision == "" {
		return info.Main.Version
	}
	return info.Main.Version + " (" + revision + modified + ")"
}
