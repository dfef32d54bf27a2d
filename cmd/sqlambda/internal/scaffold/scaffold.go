// Package scaffold makes new projects: the folder of a function with handlers, test
// cases and a SAM template, from one of the templates in templates/.
//
// A template is a project that runs as it is, named my-function, with the stack my-stack. A
// new project is a copy with its own names; nothing else is replaced, and no question is
// asked.
package scaffold

import (
	"bytes"
	"embed"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Template is what a project can be made from.
type Template struct {
	// Name is what it is called on the command line: "hello".
	Name string `json:"name"`
	// Summary says in a line what the project does.
	Summary string `json:"summary"`
}

// Default is the name of the smallest template.
const Default = "hello"

var templates = [...]Template{
	{Default, "one query that greets: the smallest function"},
	{"http", "an HTTP API over a database: a book, pages of books, 404 and 400"},
	{"sqs", "messages of a queue into a database, with partial failures"},
	{"pipe", "the enrichment of an EventBridge Pipe: an array in, an array out"},
	{"firehose", "the transformation of a Firehose stream: decode, drop, reshape, encode"},
	{"stepfunctions", "a task of a state machine, with errors for its Catch"},
}

// Templates returns the templates, the simplest first.
func Templates() []Template { return slices.Clone(templates[:]) }

// Find returns the template with a name.
func Find(name string) (Template, bool) {
	i := slices.IndexFunc(templates[:], func(t Template) bool { return t.Name == name })
	if i < 0 {
		return Template{}, false
	}
	return templates[i], true
}

// files are the projects, each in a folder with its template's name.
//
//go:embed all:templates
var files embed.FS

// The names that the projects in templates/ have.
const (
	templateName  = "my-function"
	templateStack = "my-stack"
)

// file is a file of a new project.
type file struct {
	name string // relative to the project's folder, with slashes
	text []byte
}

// files returns the files of a project with that name, in order.
func (t Template) files(project string) ([]file, error) {
	root := path.Join("templates", t.Name)
	var list []file
	err := fs.WalkDir(files, root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := files.ReadFile(name)
		text = bytes.ReplaceAll(text, []byte(templateStack), []byte(StackName(project)))
		text = bytes.ReplaceAll(text, []byte(templateName), []byte(project))
		list = append(list, file{strings.TrimPrefix(name, root+"/"), text})
		return err
	})
	return list, err
}

// Name is the name of the project in a folder, which is the folder's own.
func Name(folder string) (string, error) {
	folder, err := filepath.Abs(folder)
	return filepath.Base(folder), err
}

// StackName makes a name of a project that CloudFormation takes for a stack: letters,
// digits and hyphens, a letter first, at most 128.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-using-console-create-stack-parameters.html
func StackName(project string) string {
	const longest = 128
	name := strings.Map(func(r rune) rune {
		if isLetter(r) || '0' <= r && r <= '9' {
			return r
		}
		return '-'
	}, project)
	name = strings.Trim(name, "-")
	if name == "" || !isLetter(rune(name[0])) {
		name = strings.TrimRight("function-"+name, "-")
	}
	return strings.TrimRight(name[:min(len(name), longest)], "-")
}

func isLetter(r rune) bool { return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' }
