package main

import (
	"cmp"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/alecthomas/kong"

	"sqlambda/engine/sqlite"
	"sqlambda/internal/runtimes"
)

// versionCommand is "sqlambda version".
type versionCommand struct {
	JSON bool `name:"json" help:"Print the versions as JSON."`
}

// Run prints the versions.
func (c versionCommand) Run(p *process) error {
	v := newVersions()
	if c.JSON {
		return p.stdout.writeJSON(v)
	}
	return v.print(p.stdout)
}

// versionFlag is --version, which prints what "sqlambda version" prints.
type versionFlag bool

// BeforeReset is called where the flag is given.
func (versionFlag) BeforeReset(command *kong.Context) error {
	return cmp.Or(newVersions().print(command.Stdout), errAnswered)
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

func newVersions() versions {
	own := release
	if info, ok := debug.ReadBuildInfo(); ok {
		own = cmp.Or(own, info.Main.Version)
	}
	return versions{own, sqlite.Version, strings.TrimPrefix(runtime.Version(), "go"), runtime.GOOS + "/" + runtime.GOARCH, runtimes.Held()}
}

func (v versions) print(w io.Writer) error {
	held := cmp.Or(strings.Join(v.Runtimes, ", "), "none (sqlambda package --with-runtime builds it with Go)")
	_, err := fmt.Fprintf(w, "sqlambda %s\nSQLite %s\nGo %s %s\nruntimes: %s\n", v.Own, v.SQLite, v.Go, v.Platform, held)
	return err
}
