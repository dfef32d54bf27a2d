package project

import (
	"errors"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// templateFiles are the names of a template, in the order in which SAM looks for them.
var templateFiles = [...]string{"template.yaml", "template.yml", "template.json"}

// template returns the functions of the template in the folder whose code holds SQL; none
// where there is no template.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html
func (f *Folder) template() ([]Function, error) {
	for _, name := range templateFiles {
		file := filepath.Join(f.Root, name)
		text, err := os.ReadFile(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		functions, err := readTemplate(file, text)
		if err != nil {
			return nil, newTemplateError(file, err)
		}
		return functions, nil
	}
	return nil, nil
}

// TemplateError is why a template cannot be read.
type TemplateError struct {
	File string // its name, absolute
	Line int    // from 1; 0 where it is not known
	Err  error
}

// newTemplateError takes the line from the message of the YAML package, which has no
// other way to tell it.
func newTemplateError(file string, err error) *TemplateError {
	e := &TemplateError{File: file, Err: err}
	_, after, _ := strings.Cut(err.Error(), "line ")
	digits, _, _ := strings.Cut(after, ":")
	e.Line, _ = strconv.Atoi(digits)
	return e
}

// Error returns the message with the file's name.
func (e *TemplateError) Error() string { return e.File + ": " + e.Err.Error() }

// Unwrap returns the error itself.
func (e *TemplateError) Unwrap() error { return e.Err }

// template is a template that is being read.
type template struct {
	file       string
	parameters *yaml.Node
	globals    *yaml.Node // what all functions have
}

func readTemplate(file string, text []byte) ([]Function, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, err
	}
	if len(document.Content) == 0 {
		return nil, nil
	}
	root := document.Content[0]
	t := &template{file: file, parameters: child(root, "Parameters"), globals: child(root, "Globals", "Function")}
	var functions []Function
	for id, resource := range entries(child(root, "Resources")) {
		fn, ok := t.function(id, resource)
		if ok && holdsSQL(fn.Root) {
			functions = append(functions, fn)
		}
	}
	return functions, nil
}

// function reads a resource, where it is a function with a handler and local code.
func (t *template) function(id string, resource *yaml.Node) (Function, bool) {
	p := properties{t, child(resource, "Properties"), nil}
	var code string
	switch t.scalar(child(resource, "Type")) {
	case "AWS::Serverless::Function":
		p.globals = t.globals
		code = p.scalar("CodeUri")
	case "AWS::Lambda::Function":
		code = p.scalar("Code")
	}
	handler := p.node("Handler")
	if code == "" || t.scalar(handler) == "" {
		return Function{}, false
	}
	folder := Folder{Root: codeFolder(filepath.Join(filepath.Dir(t.file), filepath.FromSlash(code)))}
	fn := folder.function(t.scalar(handler))
	fn.Name, fn.LogicalID = id, id
	if name := p.scalar("FunctionName"); name != "" {
		fn.Name = name
	}
	if seconds, err := strconv.Atoi(p.scalar("Timeout")); err == nil {
		fn.Timeout = time.Duration(seconds) * time.Second
	}
	if size, err := strconv.Atoi(p.scalar("MemorySize")); err == nil {
		fn.MemoryMB = size
	}
	fn.Architecture = p.architecture()
	fn.Variables = p.variables()
	if settings := child(p.own, "FunctionUrlConfig", "Cors"); settings != nil {
		fn.Cors = &Cors{}
		settings.Decode(fn.Cors) // as far as it is literal
	}
	fn.Template, fn.Line, fn.Column = t.file, handler.Line, handler.Column
	return fn, true
}

// codeFolder is the folder of a function's code: a zip is made of the folder that it
// is in.
func codeFolder(code string) string {
	if filepath.Ext(code) == ".zip" {
		return filepath.Dir(code)
	}
	return filepath.Clean(code)
}

func holdsSQL(root string) bool {
	handlers, err := (&Folder{Root: root}).Handlers()
	return err == nil && len(handlers) > 0
}

// properties are those of a function, with what all functions have below them.
type properties struct {
	*template
	own, globals *yaml.Node
}

func (p properties) node(name string) *yaml.Node {
	if node := child(p.own, name); node != nil {
		return node
	}
	return child(p.globals, name)
}

func (p properties) scalar(name string) string { return p.template.scalar(p.node(name)) }

// architecture is the only one of the function's Architectures, where that is a
// literal: another deployment may have another one.
func (p properties) architecture() string {
	list := p.node("Architectures")
	if list == nil {
		return DefaultArchitecture
	}
	if list.Kind != yaml.SequenceNode || len(list.Content) != 1 || list.Content[0].Tag != "!!str" {
		return ""
	}
	return list.Content[0].Value
}

// variables are the function's variables; one whose value is only known in the cloud
// is left out.
func (p properties) variables() map[string]string {
	variables := map[string]string{}
	for _, from := range [...]*yaml.Node{p.globals, p.own} {
		for name, node := range entries(child(from, "Environment", "Variables")) {
			delete(variables, name)
			if value, ok := p.value(node); ok {
				variables[name] = value
			}
		}
	}
	return variables
}

func (t *template) scalar(node *yaml.Node) string {
	value, _ := t.value(node)
	return value
}

// value is a literal, or the default of the parameter that a !Ref names.
func (t *template) value(node *yaml.Node) (string, bool) {
	if node == nil {
		return "", false
	}
	ref := child(node, "Ref")
	switch {
	case node.Kind == yaml.AliasNode:
		return t.value(node.Alias)
	case node.Kind == yaml.ScalarNode && node.Tag == "!Ref":
		ref = node
	case node.Kind == yaml.ScalarNode && strings.HasPrefix(node.Tag, "!!"):
		return node.Value, true
	}
	if ref == nil {
		return "", false
	}
	normal := child(t.parameters, ref.Value, "Default")
	if normal == nil || normal.Kind != yaml.ScalarNode {
		return "", false
	}
	return normal.Value, true
}

// child returns the node below a mapping that keys lead to, or nil.
func child(node *yaml.Node, keys ...string) *yaml.Node {
	for _, key := range keys {
		var found *yaml.Node
		for name, value := range entries(node) {
			if name == key {
				found = value
			}
		}
		node = found
	}
	return node
}

// entries yields the entries of a mapping, in order; of anything else, none.
func entries(node *yaml.Node) iter.Seq2[string, *yaml.Node] {
	return func(yield func(string, *yaml.Node) bool) {
		if node == nil || node.Kind != yaml.MappingNode {
			return
		}
		for i := 0; i+1 < len(node.Content); i += 2 {
			if !yield(node.Content[i].Value, node.Content[i+1]) {
				return
			}
		}
	}
}
