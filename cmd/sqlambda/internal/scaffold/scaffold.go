// Package scaffold makes new projects: the folder of a function with handlers, test
// cases and a SAM template, from one of the templates in templates/.
//
// A template is a project that runs as it is, named my-function, with the stack my-stack. A
// new project is a copy with its own names; nothing else is replaced, and no question is
// asked.
package scaffold

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
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

var templates = [...]Template{
	{"hello", "one query that greets: the smallest function"},
	{"http", "an HTTP API over a database: a book, pages of books, 404 and 400"},
	{"sqs", "messages of a queue into a database, with partial failures"},
	{"pipe", "the enrichment of an EventBridge Pipe: an array in, an array out"},
	{"firehose", "the transformation of a Firehose stream: decode, drop, reshape, encode"},
	{"stepfunctions", "a task of a state machine, with errors for its Catch"},
	{"script", "a script for bash instead of SQL: any executable, JSON in and out"},
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

// NotEmptyError says that a project cannot be made in a folder, since it would mix with
// the files there.
type NotEmptyError struct {
	// Folder is the folder's name as it was given.
	Folder string
	// Names are the names of its files.
	Names []string
}

// Error names a few of the files.
func (e *NotEmptyError) Error() string {
	const shown = 3
	held := strings.Join(e.Names[:min(len(e.Names), shown)], ", ")
	if more := len(e.Names) - shown; more > 0 {
		held = fmt.Sprintf("%s and %d more", held, more)
	}
	return fmt.Sprintf("the folder %s is not empty: it holds %s", e.Folder, held)
}

// Create makes a project in a folder, and returns the names of its files, relative to
// the folder, with slashes. The folder is made, or is empty but for .git: anything else is
// a [*NotEmptyError]. If a file cannot be written, the others are removed again.
func (t Template) Create(folder string) ([]string, error) {
	root, err := filepath.Abs(folder)
	if err != nil {
		return nil, err
	}
	held, err := content(root)
	if err != nil {
		return nil, err
	}
	if len(held) > 0 {
		return nil, &NotEmptyError{folder, held}
	}
	project, err := fs.Sub(files, path.Join("templates", t.Name))
	if err != nil {
		return nil, err
	}
	name := filepath.Base(root)
	return write(root, project, strings.NewReplacer(templateStack, stackName(name), templateName, name))
}

// content returns the names of what a folder holds, without .git; nothing if there is no
// such folder.
func content(folder string) (names []string, err error) {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, entry := range entries {
		if entry.Name() != ".git" {
			names = append(names, entry.Name())
		}
	}
	return names, err
}

// write writes the files of a project, with names of its own in them: all files or none.
func write(root string, project fs.FS, own *strings.Replacer) (names []string, err error) {
	_, missing := os.Stat(root)
	err = fs.WalkDir(project, ".", func(name string, entry fs.DirEntry, err error) error {
		target := filepath.Join(root, filepath.FromSlash(name))
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			return os.MkdirAll(target, 0o755)
		}
		text, err := fs.ReadFile(project, name)
		if err != nil {
			return err
		}
		names = append(names, name)
		mode := os.FileMode(0o644)
		if strings.HasPrefix(string(text), "#!") {
			mode = 0o755
		}
		return os.WriteFile(target, []byte(own.Replace(string(text))), mode)
	})
	if err == nil {
		return names, nil
	}
	made, _ := content(root)
	for _, name := range made {
		err = errors.Join(err, os.RemoveAll(filepath.Join(root, name)))
	}
	if missing != nil {
		err = errors.Join(err, os.Remove(root))
	}
	return nil, err
}

// stackName makes a name of a project that CloudFormation takes for a stack: letters,
// digits and hyphens, a letter first, at most 128.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-using-console-create-stack-parameters.html
func stackName(project string) string {
	const longest = 128
	name := strings.Trim(notInStack.ReplaceAllString(project, "-"), "-")
	if name == "" || name[0] <= '9' {
		name = strings.TrimRight("function-"+name, "-")
	}
	return strings.TrimRight(name[:min(len(name), longest)], "-")
}

var notInStack = regexp.MustCompile(`[^A-Za-z0-9]`)
