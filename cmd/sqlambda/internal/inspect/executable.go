package inspect

import (
	"errors"
	"slices"
	"time"

	"sqlambda/cmd/sqlambda/internal/executable"
	"sqlambda/cmd/sqlambda/internal/project"
	"sqlambda/handlers"
)

// checkExecutable reports what is wrong with an executable as a function has it.
func (c *checker) checkExecutable(h project.Handler, fn project.Function) error {
	file, err := examine(c.folder, h, fn)
	if err != nil {
		return err
	}
	for _, p := range file.Problems {
		if !slices.Contains(c.options.Ignore, p.Code) {
			c.report.add(c.folder.Root, p)
		}
	}
	_, err = handlers.ScriptMode(fn.Environment(c.options.LookupEnv, "", time.Now()).Lookup)
	var wrong *handlers.Error
	if errors.As(err, &wrong) && fn.Template != "" {
		c.atFunction(fn, wrong.Type, wrong.Message)
	} else if wrong != nil {
		c.report.add(c.folder.Root, wrong.Problems...)
	}
	return nil
}

// examine looks at an executable for the machine of a function.
func examine(folder *project.Folder, h project.Handler, fn project.Function) (*executable.File, error) {
	packed, err := folder.Packed()
	if err != nil {
		return nil, err
	}
	return executable.Examine(folder.Root, h.File, executable.Machine{Architecture: fn.Architecture, Packed: packed})
}
