package project

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// templateFiles are the names of a template, in the order in which SAM looks for them.
var templateFiles = [...]string{"template.yaml", "template.yml", "template.json"}

// ofTemplate returns the functions of the template in the folder that are for this runtime:
// their code holds SQL, or the handler of one with that code is a file of it, or a variable.
// There are none without a template.
func (f *Folder) ofTemplate() (functions []Function, err error) {
	all, err := f.readTemplate()
	ours := map[string]bool{}
	for _, fn := range all {
		if ours[fn.Root] {
			continue
		}
		code := &Folder{Root: fn.Root}
		queries, err := code.queries()
		named := fn.isCustom() && (strings.HasPrefix(fn.Handler, "$") || code.has(fn.Handler))
		ours[fn.Root] = named || err == nil && len(queries) > 0
	}
	for _, fn := range all {
		if ours[fn.Root] && fn.isCustom() {
			functions = append(functions, fn.Function)
		}
	}
	return functions, err
}

// isCustom reports whether the function may have this runtime.
func (fn *templateFunction) isCustom() bool {
	return (fn.runtime == "" || strings.HasPrefix(fn.runtime, provided)) && fn.Handler != runtimeFile
}

// provided is what the names of the runtimes begin with that run a function's own bootstrap.
const provided = "provided"

// MissingCode returns a problem for each function of the template in the folder whose code
// is a folder that does not exist. Zips and functions of other runtimes are passed over: a
// build may make them.
func (f *Folder) MissingCode() (problems []*TemplateError, err error) {
	all, err := f.readTemplate()
	for _, fn := range all {
		if !strings.HasPrefix(fn.runtime, provided) || filepath.Ext(fn.code.Value) == ".zip" {
			continue
		}
		if _, err := os.Stat(fn.Root); errors.Is(err, fs.ErrNotExist) {
			problems = append(problems, &TemplateError{fn.Template, fn.code.Line, fn.code.Column, fn.Function,
				fmt.Errorf("the code of the function %s is %s, and there is no folder %s", fn.LogicalID, fn.code.Value, fn.Root)})
		}
	}
	return problems, err
}

// readTemplate returns the functions of the template in the folder that have a handler and
// local code; none if there is no template.
func (f *Folder) readTemplate() (functions []templateFunction, err error) {
	for _, name := range templateFiles {
		t := template{file: filepath.Join(f.Root, name)}
		text, err := os.ReadFile(t.file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		var document yaml.Node
		if err := yaml.Unmarshal(text, &document); err != nil {
			return nil, newTemplateError(t.file, err)
		}
		document.Decode(&t) // as far as it is what a template is
		resources := t.Resources.Content
		for i := 0; i+1 < len(resources); i += 2 {
			if fn, ok := t.function(resources[i].Value, resources[i+1]); ok {
				functions = append(functions, fn)
			}
		}
		return functions, nil
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

// template has the parts of a template that functions are made of. What is not a literal
// stays a node.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html
type template struct {
	file       string
	Parameters map[string]struct {
		Default *string `yaml:"Default"`
	} `yaml:"Parameters"`
	Globals struct {
		Function yaml.Node `yaml:"Function"` // the properties that all of SAM's functions have
	} `yaml:"Globals"`
	Resources yaml.Node `yaml:"Resources"`
}

// properties are those of a function.
type properties struct {
	CodeURI       yaml.Node `yaml:"CodeUri"` // of SAM's functions
	Code          yaml.Node `yaml:"Code"`    // of others
	Handler       yaml.Node `yaml:"Handler"`
	Runtime       yaml.Node `yaml:"Runtime"`
	FunctionName  yaml.Node `yaml:"FunctionName"`
	Timeout       yaml.Node `yaml:"Timeout"`
	MemorySize    yaml.Node `yaml:"MemorySize"`
	Architectures yaml.Node `yaml:"Architectures"`
	Role          yaml.Node `yaml:"Role"`
	PackageType   yaml.Node `yaml:"PackageType"`
	ImageConfig   struct {
		Command []yaml.Node `yaml:"Command"`
	} `yaml:"ImageConfig"`
	Environment struct {
		Variables map[string]yaml.Node `yaml:"Variables"`
	} `yaml:"Environment"`
	FunctionURLConfig struct {
		Cors *Cors `yaml:"Cors"`
	} `yaml:"FunctionUrlConfig"`
}

// templateFunction is a function with what its template says of its code.
type templateFunction struct {
	Function
	code    yaml.Node
	runtime string
}

// function reads a resource, if it is a function with a handler and local code.
func (t *template) function(id string, node *yaml.Node) (fn templateFunction, ok bool) {
	var resource struct {
		Type       string    `yaml:"Type"`
		Properties yaml.Node `yaml:"Properties"`
		Metadata   image     `yaml:"Metadata"`
	}
	node.Decode(&resource)
	var p properties
	switch resource.Type {
	case "AWS::Serverless::Function":
		t.Globals.Function.Decode(&p) // and its own properties replace them
		resource.Properties.Decode(&p)
		fn.code = p.CodeURI
	case "AWS::Lambda::Function":
		resource.Properties.Decode(&p)
		fn.code = p.Code
	}
	if t.text(p.PackageType) == "Image" {
		fn.code, p.Handler = t.imageCode(&resource.Metadata, &p)
	}
	code, handler := t.text(fn.code), t.text(p.Handler)
	if code == "" || strings.Contains(code, "://") || handler == "" {
		return fn, false
	}
	folder := Folder{Root: codeFolder(filepath.Join(filepath.Dir(t.file), filepath.FromSlash(code)))}
	fn.Function, fn.runtime = folder.function(handler), t.text(p.Runtime)
	fn.Name, fn.LogicalID = cmp.Or(t.text(p.FunctionName), id), id
	if seconds, err := strconv.Atoi(t.text(p.Timeout)); err == nil {
		fn.Timeout = time.Duration(seconds) * time.Second
	}
	if size, err := strconv.Atoi(t.text(p.MemorySize)); err == nil {
		fn.MemoryMB = size
	}
	fn.Architecture, fn.Role, fn.Cors = architecture(p.Architectures), t.text(p.Role), p.FunctionURLConfig.Cors
	fn.Variables = map[string]string{}
	for name, node := range p.Environment.Variables {
		if value, ok := t.value(node); ok { // else only the cloud knows it
			fn.Variables[name] = value
		} else {
			fn.Unknown = append(fn.Unknown, name)
		}
	}
	fn.Template, fn.Line, fn.Column = t.file, p.Handler.Line, p.Handler.Column
	return fn, true
}

// codeFolder is the folder of a function's code: a zip is made of the folder that it
// is in.
func codeFolder(code string) string {
	if filepath.Ext(code) == ".zip" {
		return filepath.Dir(code)
	}
	return code
}

// architecture is the only one of a function's Architectures, if that is a literal: a
// parameter may be another one in another deployment.
func architecture(list yaml.Node) string {
	var names []yaml.Node
	switch err := list.Decode(&names); {
	case list.IsZero():
		return DefaultArchitecture
	case err != nil || len(names) != 1 || names[0].Tag != "!!str":
		return ""
	}
	return names[0].Value
}

// text is a value, or empty if it is not known.
func (t *template) text(node yaml.Node) string {
	value, _ := t.value(node)
	return value
}

// value is a literal, or the default of the parameter that a !Ref names.
func (t *template) value(node yaml.Node) (value string, known bool) {
	var reference struct {
		Ref string `yaml:"Ref"`
	}
	switch {
	case node.Kind == yaml.AliasNode:
		return t.value(*node.Alias)
	case node.Kind == yaml.ScalarNode && strings.HasPrefix(node.Tag, "!!"):
		return node.Value, true
	case node.Tag == "!Ref":
		reference.Ref = node.Value
	default:
		node.Decode(&reference)
	}
	normal := t.Parameters[reference.Ref].Default
	if normal == nil {
		return "", false
	}
	return *normal, true
}
