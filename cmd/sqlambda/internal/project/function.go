package project

import (
	"cmp"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Function is a Lambda function whose code is a folder.
type Function struct {
	// Name is the FunctionName or else the logical id that the template gives it;
	// without a template, the handler's, as orders-list for orders.list.
	Name string
	// LogicalID is the function's name within the template; empty without one.
	LogicalID string
	// Root is its folder, absolute.
	Root string
	// Handler is its handler string.
	Handler string
	// Timeout is the time that an invocation has; Lambda's default is 3 s.
	Timeout time.Duration
	// MemoryMB is its memory in MB; Lambda's default is 128.
	MemoryMB int
	// Architecture is x86_64, which is Lambda's default, or arm64; empty where the
	// template does not tell it.
	Architecture string
	// Role is the ARN of its role; empty where the template does not tell it.
	Role string
	// Variables are those of its environment whose values the template tells, and Unknown
	// the names of the others.
	Variables map[string]string
	Unknown   []string
	// Cors has the settings of the function's URL; nil where the template has none.
	Cors *Cors
	// Template and what follows are the place of the handler string in the
	// template: its file, and line and column from 1. Template is empty where
	// there is none.
	Template     string
	Line, Column int
}

// Lambda's defaults.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-function-common.html
const (
	// DefaultArchitecture is that of a function whose template names none.
	DefaultArchitecture = "x86_64"

	defaultTimeout  = 3 * time.Second
	defaultMemoryMB = 128
)

// Cors are the settings of a function URL for pages of other sites.
// https://docs.aws.amazon.com/lambda/latest/api/API_Cors.html
type Cors struct {
	AllowCredentials bool     `yaml:"AllowCredentials"`
	AllowHeaders     []string `yaml:"AllowHeaders"`
	AllowMethods     []string `yaml:"AllowMethods"`
	AllowOrigins     []string `yaml:"AllowOrigins"`
	ExposeHeaders    []string `yaml:"ExposeHeaders"`
	MaxAge           int      `yaml:"MaxAge"`
}

// Functions returns the functions of the folder: those of the template in it or in the
// nearest folder above whose code it is. Without a template, each handler is a function.
func (f *Folder) Functions() ([]Function, error) { return f.functions.get(f.readFunctions) }

func (f *Folder) readFunctions() ([]Function, error) {
	own, err := f.templateFunctions()
	if err != nil || len(own) > 0 {
		return own, err
	}
	list, err := f.Handlers()
	functions := make([]Function, len(list))
	for i, h := range list {
		functions[i] = f.function(h.Name)
	}
	return functions, err
}

// templateFunctions returns the functions of the nearest template that has some of the
// folder's code.
func (f *Folder) templateFunctions() ([]Function, error) {
	return f.template.get(func() ([]Function, error) {
		for _, dir := range f.andAbove() {
			all, err := (&Folder{Root: dir}).ofTemplate()
			own := slices.DeleteFunc(all, func(fn Function) bool { return fn.Root != f.Root })
			if err != nil || len(own) > 0 {
				return own, err
			}
		}
		return nil, nil
	})
}

// andAbove returns the folder's name, and those of the folders above it.
func (f *Folder) andAbove() []string {
	dirs := []string{f.Root}
	for dir := f.Root; dir != filepath.Dir(dir); {
		dir = filepath.Dir(dir)
		dirs = append(dirs, dir)
	}
	return dirs
}

// FunctionOf returns the function that has a handler: the template's first, or one
// with what the template gives all of them, or one with Lambda's defaults. A string that
// names no handler may be the name of a function of the template.
func (f *Folder) FunctionOf(handler string) (Function, error) {
	functions, err := f.Functions()
	list, unlisted := f.Handlers()
	if err = cmp.Or(err, unlisted); err != nil {
		return Function{}, err
	}
	sought, known := list.Find(handler)
	for _, fn := range functions {
		switch h, ok := f.HandlerOf(fn); {
		case ok && known && h == sought && h.IsInline():
			return fn, nil
		case ok && known && h == sought, fn.Handler == handler && !ok:
			fn.Handler = handler
			return fn, nil
		}
	}
	if !known && !f.Holds(handler) {
		for _, fn := range functions {
			if fn.Template != "" && (handler == fn.LogicalID || handler == fn.Name) {
				return fn, nil
			}
		}
	}
	fn := f.function(handler)
	fn.Variables = shared(functions)
	return fn, nil
}

// Sharing returns the names of the functions that have a handler $NAME, each with SQL of its
// own in that variable, so that the handler means none of them; none where it means one.
func (f *Folder) Sharing(handler string) (names []string) {
	list, _ := f.Handlers() // FunctionOf tells the error
	functions, _ := f.Functions()
	for _, fn := range functions {
		if _, known := list.Find(handler); !known && strings.HasPrefix(handler, "$") && fn.Handler == handler {
			names = append(names, fn.LogicalID)
		}
	}
	return names
}

// Inline is the SQL in the variable that the handler $NAME names; empty if the template does
// not tell it.
func (fn Function) Inline() string { return fn.Variables[fn.Variable()] }

// Variable is the name of the variable that the handler $NAME or $NAME.query names; empty for
// another handler.
func (fn Function) Variable() string {
	handler, ok := strings.CutPrefix(fn.Handler, "$")
	if !ok {
		return ""
	}
	name, _, _ := strings.Cut(handler, ".")
	return name
}

// shared returns the variables that all of the functions have alike.
func shared(functions []Function) map[string]string {
	var same map[string]string
	for i, fn := range functions {
		if i == 0 {
			same = maps.Clone(fn.Variables)
		}
		maps.DeleteFunc(same, func(name, value string) bool {
			other, ok := fn.Variables[name]
			return !ok || other != value
		})
	}
	return same
}

// function is a function with Lambda's defaults.
func (f *Folder) function(handler string) Function {
	return Function{
		Name:     functionName(handler),
		Root:     f.Root,
		Handler:  handler,
		Timeout:  defaultTimeout,
		MemoryMB: defaultMemoryMB,
	}
}

// functionName makes a function's name of a handler: orders-list of orders.list.
func functionName(handler string) string {
	return notInNames.ReplaceAllString(strings.TrimSuffix(handler, extension), "-")
}

var notInNames = regexp.MustCompile(`[^A-Za-z0-9_]`)
