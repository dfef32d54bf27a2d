package main

import (
	"cmp"
	"errors"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

// process is the part of the process that commands use.
type process struct {
	stdin          io.Reader
	stdout, stderr output
	lookupEnv      func(name string) (value string, ok bool)
	environ        []string // of what the command starts
}

// commandLine is the grammar of the command line: https://github.com/alecthomas/kong.
//
// A command is a struct of its arguments and flags. Its method Run does it, and Validate
// finds mistakes that kong cannot find before anything runs. The file manual/COMMAND.txt
// has what its page of help says beyond the tags.
// Help texts are sentences; a flag's placeholder says what its value is (FILE, DIR, JSON,
// 3s), by which a shell completes it too (completion.go).
type commandLine struct {
	Help    helpFlag    `help:"Show this help, or that of a command." short:"h"`
	Version versionFlag `help:"Print the versions, as sqlambda version does."`

	New        newCommand        `cmd:"" help:"Make a new project: handlers, test cases and a SAM template."`
	Invoke     invokeCommand     `cmd:"" help:"Run a handler with an event and print its response."`
	Dev        devCommand        `cmd:"" help:"Serve the functions of a folder as Lambda does: the Invoke API and function URLs."`
	Test       testCommand       `cmd:"" help:"Run the test cases of a folder."`
	Check      checkCommand      `cmd:"" help:"Find what is wrong with the handlers of a folder."`
	Describe   describeCommand   `cmd:"" help:"Show what a handler takes and gives, and how."`
	Package    packageCommand    `cmd:"" help:"Make the zip of a function."`
	Completion completionCommand `cmd:"" help:"Print the script by which a shell completes command lines."`
	Versions   versionCommand    `cmd:"" name:"version" help:"Print the versions of sqlambda, SQLite and Go."`

	Complete  completeCommand  `cmd:"" name:"__complete" hidden:"" passthrough:""`
	Bootstrap bootstrapCommand `cmd:"" hidden:"" help:"The runtime that dev starts."`
}

const description = "Write, run, test and package AWS Lambda handlers that are SQL files."

// run runs the command and returns its exit code.
func run(args []string, p *process) int {
	return p.report(dispatch(args, p))
}

// dispatch reads the command line and runs the command. An empty one shows the help.
func dispatch(args []string, p *process) error {
	parser, err := newParser(p)
	if err != nil {
		return err
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	command, err := parser.Parse(args)
	switch {
	case errors.Is(err, errAnswered):
		return nil
	case err != nil:
		return misuse(err)
	}
	return command.Run(p)
}

func newParser(p *process) (*kong.Kong, error) {
	return kong.New(&commandLine{}, kong.Name("sqlambda"), kong.Description(description),
		kong.NoDefaultHelp(), kong.Writers(p.stdout, p.stderr), kong.Bind(p))
}

// helpFlag shows the help. kong's own flag would end the process, which only main does.
type helpFlag bool

// errAnswered ends the reading of a command line that a flag has answered.
var errAnswered = errors.New("answered by a flag")

// BeforeReset is called where the flag is given, before kong looks for what is missing. It
// prints the help of what the command line has named so far.
func (helpFlag) BeforeReset(command *kong.Context, p *process) error {
	return cmp.Or(newPage(cmp.Or(command.Selected(), command.Model.Node)).print(p.stdout), errAnswered)
}

// IgnoreDefault keeps kong from calling BeforeReset where the flag is not given.
func (helpFlag) IgnoreDefault() {}

// misuse is the error of a command line that cannot be read. Errors of Validate are kept:
// they say more than kong's.
func misuse(err error) error {
	var usage *usageError
	if errors.As(err, &usage) {
		return usage
	}
	message, hint := err.Error(), "sqlambda --help lists the commands"
	var parse *kong.ParseError
	if errors.As(err, &parse) && parse.Context != nil && parse.Context.Selected() != nil {
		command := parse.Context.Selected()
		hint = "sqlambda " + command.Name + " --help shows how it is used"
		for _, argument := range command.Positional { // kong has <handler>, the help HANDLER
			message = strings.ReplaceAll(message, "<"+argument.Name+">", strings.ToUpper(argument.Name))
		}
	}
	if text, of, ok := strings.Cut(message, ": time: missing unit in duration "); ok {
		message, hint = text, "a time has a unit: "+strings.Trim(of, `"`)+"s"
	}
	return &usageError{message, hint}
}
