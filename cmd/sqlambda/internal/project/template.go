package project

import (
	"errors"
	"fmt"
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
// without a template.
func (f *Folder) template() ([]Function, error) {
	t, err := f.readTemplate()
	if t == nil || err != nil {
		return nil, err
	}
	var functions []Function
	for id, resource := range entries(t.resources) {
		fn, ok := t.function(id, resource)
		if ok && holdsSQL(fn.Root) {
			functions = append(functions, fn)
		}
	}
	return functions, nil
}

// MissingCode returns a problem for each function of the template in the folder whose code
// is a folder that does not exist. Zips and functions of other runtimes are passed over: a
// build may make them.
func (f *Folder) MissingCode() (problems []*TemplateError, err error) {
	t, err := f.readTemplate()
	if t == nil || err != nil {
		return nil, err
	}
	for id, resource := range entries(t.resources) {
		fn, ok := t.function(id, resource)
		p := t.properties(resource)
		if !ok || !strings.HasPrefix(p.scalar("Runtime"), "provided") || filepath.Ext(p.code().Value) == ".zip" {
			continue
		}
		if _, err := os.Stat(fn.Root); errors.Is(err, fs.ErrNotExist) {
			node := p.code()
			problems = append(problems, &TemplateError{t.file, node.Line, node.Column, fn,
				fmt.Errorf("the code of the function %s is %s, and there is no folder %s", id, node.Value, fn.Root)})
		}
	}
	return problems, nil
}

// readTemplate reads the template in the folder; nil if there is none.
func (f *Folder) readTemplate() (*template, error) {
	for _, name := range templateFiles {
		file := filepath.Join(f.Root, name)
		text, err := os.ReadFile(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		var document yaml.Node
		if err := yaml.Unmarshal(text, &document); err != nil {
			return nil, newTemplateError(file, err)
		}
		var root *yaml.Node
		if len(document.Content) > 0 {
			root = document.Content[0]
		}
		return &template{
			file: file, resources: child(root, "Resources"),
			parameters: child(root, "Parameters"), globals: child(root, "Globals", "Function"),
		}, nil
	}
	return nil, nil
}

// TemplateError is why a template cannot be read.
type TemplateError struct {
	File         string   // its name, absolute
	Line, Column int      // from 1; 0 if they are not known
	Function     Function // that it is about, if it is not about the template
	Err          error
}

// newTemplateError takes the line from the message of the YAML package, which tells it in
// no other way.
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
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html
type template struct {
	file       string
	resources  *yaml.Node
	parameters *yaml.Node
	globals    *yaml.Node // what all functions have
}

// properties are those of a function.
func (t *template) properties(resource *yaml.Node) properties {
	p := properties{template: t, own: child(resource, "Properties")}
	p.kind = t.scalar(child(resource, "Type"))
	if p.kind == serverless {
		p.globals = t.globals
	}
	return p
}

// function reads a resource, if it is a function with a handler and local code.
func (t *template) function(id string, resource *yaml.Node) (Function, bool) {
	p := t.properties(resource)
	code := t.scalar(p.code())
	handler := p.node("Handler")
	if code == "" || strings.Contains(code, "://") || t.scalar(handler) == "" {
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
	fn.Architecture, fn.Role = p.architecture(), p.scalar("Role")
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
	kind         string
}

// serverless is the type of SAM's functions.
const serverless = "AWS::Serverless::Function"

// code names the function's code; nil for a resource of another type.
func (p properties) code() *yaml.Node {
	switch p.kind {
	case serverless:
		return p.node("CodeUri")
	case "AWS::Lambda::Function":
		return p.node("Code")
	}
	return nil
}

func (p properties) node(name string) *yaml.Node {
	if node := child(p.own, name); node != nil {
		return node
	}
	return child(p.globals, name)
}

func (p properties) scalar(name string) string { return p.template.scalar(p.node(name)) }

// architecture is the only one of the function's Architectures, if that is a literal: a
// parameter may be another one in another deployment.
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

// variables are the function's variables, without those whose values only the cloud knows.
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
