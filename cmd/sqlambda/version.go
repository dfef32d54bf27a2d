package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"sqlambda/engine/sqlite"
)

// versionCommand is "sqlambda version".
type versionCommand struct{}

// Run prints the versions.
func (versionCommand) Run(p *process) error {
	own := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		own = ownVersion(info)
	}
	_, err := fmt.Fprintf(p.stdout, "sqlambda %s\nSQLite %s\nGo %s %s/%s\n",
		own, sqlite.Version, strings.TrimPrefix(runtime.Version(), "go"), runtime.GOOS, runtime.GOARCH)
	return err
}

// ownVersion is the version of the module and, where the build knows it, the commit:
// https://pkg.go.dev/runtime/debug#BuildSetting.
func ownVersion(info *debug.BuildInfo) string {
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
