package main

import (
	"embed"
	"fmt"
)

// completionCommand is "sqlambda completion".
type completionCommand struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"The shell: bash, zsh or fish."`
}

// scripts make the shells ask "sqlambda __complete".
//
//go:embed completion
var scripts embed.FS

// Run prints the script.
func (c completionCommand) Run(p *process) error {
	script, err := scripts.ReadFile("completion/sqlambda." + c.Shell)
	if err != nil {
		return err
	}
	_, err = p.stdout.Write(script)
	return err
}

// completeCommand is "sqlambda __complete", which the scripts run. It prints what the last
// word may become, one a line, with a tab and its meaning. The lines :files and :folders
// have the shell complete a name.
type completeCommand struct {
	Words []string `arg:"" optional:""`
}

// Run prints the candidates. A command line that cannot be understood has none.
func (c completeCommand) Run(p *process) error {
	parser, err := newParser(p)
	if err != nil {
		return err
	}
	for _, candidate := range complete(parser.Model.Node, c.Words) {
		line := candidate.name
		if candidate.text != "" {
			line += "\t" + candidate.text
		}
		if _, err := fmt.Fprintln(p.stdout, line); err != nil {
			return err
		}
	}
	return nil
}
