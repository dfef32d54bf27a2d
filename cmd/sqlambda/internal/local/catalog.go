package local

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"sqlambda/cmd/sqlambda/internal/project"
	"sqlambda/internal/nearest"
)

// catalog is what there is to invoke, as the files say at one time.
type catalog struct {
	lambda    *Lambda
	functions []*function          // the template's, or one for each handler
	names     map[string]*function // by function name, handler string and folded handler string
	files     snapshot
	err       error // why nothing can be invoked
}

// catalog returns the functions as the files say now. Where a file has changed, the
// processes that began before end as soon as they have nothing to do.
func (l *Lambda) catalog() *catalog {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.served != nil {
		if !l.served.files.changed() {
			return l.served
		}
		l.served.retire()
	}
	l.served = l.read()
	return l.served
}

// read finds the functions. Files are looked at before they are read: what is saved in
// between is found by the next invocation.
func (l *Lambda) read() *catalog {
	c := &catalog{lambda: l, names: map[string]*function{}, files: snapshot{}}
	c.files.look(l.Root)
	folders, err := project.Folders(l.Root)
	for _, folder := range folders {
		c.files.look(folder.Root)
	}
	for _, folder := range folders {
		if err == nil {
			err = c.add(folder)
		}
	}
	if err != nil {
		c.err = &brokenFolder{err}
	}
	return c
}

// add adds the functions of a folder. A handler that none of them has can be invoked as
// well, and is not listed where there is a template.
func (c *catalog) add(folder *project.Folder) error {
	found, err := folder.Functions()
	if err != nil {
		return err
	}
	list, err := folder.Handlers()
	if err != nil {
		return err
	}
	owners := map[project.Handler]*function{}
	for _, fn := range found {
		f := newFunction(c.lambda, fn)
		c.functions = append(c.functions, f)
		c.name(f, fn.Name, fn.Handler)
		if h, ok := project.Find(list, fn.Handler); ok && owners[h] == nil {
			owners[h] = f
		}
	}
	for _, h := range list {
		f := owners[h]
		if f == nil {
			fn, err := folder.FunctionOf(h.Name)
			if err != nil {
				return err
			}
			f = newFunction(c.lambda, fn)
		}
		c.name(f, h.Spellings(list)...)
	}
	return nil
}

// name lets a function be invoked by names that are still free.
func (c *catalog) name(f *function, names ...string) {
	for _, name := range names {
		if c.names[name] == nil {
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
	known := slices.Sorted(maps.Keys(c.names))
	hint := "there is no function"
	if near := nearest.Hint(name, known); near != "" {
		hint = near
	} else if len(c.functions) > 0 {
		hint = "there are " + strings.Join(c.listed(), ", ")
	}
	return nil, &unknownFunction{fmt.Sprintf("Function not found: %s (%s)", c.lambda.arn(name, ""), hint)}
}

// listed returns the names of the functions.
func (c *catalog) listed() []string {
	names := make([]string, len(c.functions))
	for i, f := range c.functions {
		names[i] = f.Name
	}
	return names
}

// unknownFunction is the error of a name that no function has.
type unknownFunction struct{ message string }

func (e *unknownFunction) Error() string { return e.message }

// brokenFolder is the error of a folder that cannot be read, such as one whose template
// is no YAML.
type brokenFolder struct{ cause error }

func (e *brokenFolder) Error() string { return "the functions cannot be read: " + e.cause.Error() }
func (e *brokenFolder) Unwrap() error { return e.cause }

// retire ends the processes of the functions when they have nothing to do.
func (c *catalog) retire() {
	for _, f := range c.names {
		f.retire()
	}
}
