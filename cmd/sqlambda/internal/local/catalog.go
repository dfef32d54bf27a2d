package local

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"sqlambda/cmd/sqlambda/internal/project"
	"sqlambda/internal/nearest"
)

// catalog holds the functions that can be invoked, as the files say at one time.
type catalog struct {
	lambda    *Lambda
	functions []*function          // the template's, or one for each handler
	names     map[string]*function // by function name, logical id, handler string and folded handler string
	files     snapshot
	missing   []*project.TemplateError // functions whose code does not exist
	err       error                    // why nothing can be invoked
}

// catalog returns the functions as the files say now. After a change, processes that
// started before it end as soon as they are idle.
func (l *Lambda) catalog() *catalog {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.served == nil || l.served.files.changed() {
		l.retire()
		l.served = l.read()
	}
	return l.served
}

// retire ends the processes of the functions as soon as they are idle. Their files do not
// count any more: at the end, no other functions take their place.
func (l *Lambda) retire() {
	if l.served != nil {
		l.served.files = nil
		for _, f := range l.served.names {
			f.retire()
		}
	}
}

// read finds the functions. It looks at the files before it reads them: the next
// invocation finds what is saved in between.
func (l *Lambda) read() *catalog {
	c := &catalog{lambda: l, names: map[string]*function{}, files: snapshot{}}
	c.files.look(l.Root)
	folders, err := project.Folders(l.Root)
	for _, folder := range folders {
		c.files.look(folder.Root)
		if err == nil {
			err = c.add(folder)
		}
	}
	if err == nil {
		c.missing, err = (&project.Folder{Root: l.Root}).MissingCode()
	}
	for _, problem := range c.missing {
		message := fmt.Sprintf("%s:%d:%d: %v", problem.File, problem.Line, problem.Column, problem.Err)
		if _, known := l.warned.LoadOrStore(message, nil); !known {
			l.Log.Warn(message)
		}
	}
	if err != nil {
		c.err = newError(http.StatusConflict, "ResourceConflictException", "the functions cannot be read: %v", err)
	}
	return c
}

// add adds the functions of a folder. A handler that no function of a template has can be
// invoked as well, and is not listed.
func (c *catalog) add(folder *project.Folder) error {
	found, err := folder.Functions()
	if err != nil {
		return err
	}
	list, err := folder.Handlers()
	if err != nil {
		return err
	}
	code := sync.OnceValue(func() code { return codeOf(folder) })
	owners := map[project.Handler]*function{}
	for _, fn := range found {
		f := newFunction(c, fn, code)
		c.functions = append(c.functions, f)
		c.name(f, fn.Name, fn.LogicalID, fn.Handler)
		if h, ok := folder.HandlerOf(fn); ok && owners[h] == nil {
			owners[h] = f
		}
	}
	for _, h := range list {
		if owners[h] == nil {
			fn, err := folder.FunctionOf(h.Name)
			if err != nil {
				return err
			}
			owners[h] = newFunction(c, fn, code)
		}
		c.name(owners[h], project.Spellings(h, list)...)
	}
	return c.addExecutables(folder, code)
}

// addExecutables lets executables be invoked that no function has.
func (c *catalog) addExecutables(folder *project.Folder, code func() code) error {
	names, err := folder.Executables()
	for _, name := range names {
		if c.names[name] != nil {
			continue
		}
		fn, err := folder.FunctionOf(name)
		if err != nil {
			return err
		}
		c.name(newFunction(c, fn, code), name, fn.Name)
	}
	return err
}

// name lets a function be invoked by names that are still free.
func (c *catalog) name(f *function, names ...string) {
	for _, name := range names {
		if name != "" && c.names[name] == nil {
			c.names[name] = f
		}
	}
}

// find returns the function with a name.
func (c *catalog) find(name string) (*function, error) {
	if c.err != nil {
		return nil, c.err
	}
	if f := c.names[name]; f != nil {
		return f, nil
	}
	hint := nearest.Hint(name, slices.Sorted(maps.Keys(c.names)))
	if hint == "" {
		var listed []string
		for _, f := range c.functions {
			listed = append(listed, f.Name)
		}
		hint = "the functions are: " + strings.Join(listed, ", ")
	}
	for _, problem := range c.missing {
		if fn := problem.Function; name == fn.Name || name == fn.LogicalID {
			hint = problem.Err.Error()
		}
	}
	return nil, notFound(c.lambda.arn(name, ""), hint)
}
