package main

import (
	"cmp"
	"runtime"
	"runtime/debug"
	"strings"

	"sqlambda/engine/sqlite"
	"sqlambda/internal/runtimes"
)

// versionCommand is "sqlambda version".
type versionCommand struct {
	JSON bool `name:"json" help:"Print the versions as JSON."`
}

// Run prints the versions.
func (c versionCommand) Run(p *process) error {
	v := versions{
		Own: release, SQLite: sqlite.Version, Go: strings.TrimPrefix(runtime.Version(), "go"),
		Platform: runtime.GOOS + "/" + runtime.GOARCH, Runtimes: runtimes.Held(),
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		v.Own = cmp.Or(v.Own, info.Main.Version)
	}
	return p.stdout.write(v, c.JSON, "version.txt")
}

// versionFlag is --version, which prints what "sqlambda version" prints.
type versionFlag bool

// BeforeReset is called where the flag is given.
func (versionFlag) BeforeReset(p *process) error {
	return cmp.Or(versionCommand{}.Run(p), errAnswered)
}

// IgnoreDefault keeps kong from calling BeforeReset where the flag is not given.
func (versionFlag) IgnoreDefault() {}

// release is the version of a release, which release.sh sets; empty elsewhere.
var release string

// versions tell what the command is made of.
type versions struct {
	// Own is that of a release or of the module, which in a build from a clone names the
	// commit: https://pkg.go.dev/runtime/debug#Module.
	Own      string   `json:"sqlambda"`
	SQLite   string   `json:"sqlite"`
	Go       string   `json:"go"`
	Platform string   `json:"platform"`
	Runtimes []string `json:"runtimes"`
}
