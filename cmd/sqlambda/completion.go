package main

import (
	"embed"
	"fmt"
)

// completionCommand is "sqlambda completion".
type completionCommand struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"The shell: bash, zsh or fish."`
}

func (completionCommand) manual() manual {
	return manual{
		Text: "The shell completes commands, flags, the names of handlers and templates, and the event files of a function. The script asks sqlambda itself, so it serves later versions too.",
		Examples: `
# bash, in ~/.bashrc:
source <(sqlambda completion bash)
# zsh, in ~/.zshrc, below compinit:
source <(sqlambda completion zsh)
# fish, once:
sqlambda completion fish > ~/.config/fish/completions/sqlambda.fish`,
		ExitCodes: []term{
			{"0", "the script was printed"},
			{"2", misused},
		},
	}
}

// scripts are what makes the shells ask "sqlambda __complete".
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

// completeCommand is "sqlambda __complete", which the scripts run: what the last word
// may become, one a line, with a tab and what it means. The line :files or :folders has
// the shell complete the name of one.
type completeCommand struct {
	Words []string `arg:"" optional:""`
}

func (completeCommand) manual() manual { return manual{} }

// Run prints the candidates. A command line that makes no sense has none.
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
