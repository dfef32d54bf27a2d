package main

import (
	"errors"
	"fmt"
	"strings"

	"sqlambda/cmd/sqlambda/internal/inspect"
	"sqlambda/cmd/sqlambda/internal/project"
	"sqlambda/handlers/syntax"
)

// describeCommand is "sqlambda describe".
type describeCommand struct {
	Handler string `arg:"" optional:"" help:"The handler: a file, such as orders, a query in it, such as orders.list, an executable, such as bin/score, $NAME, or the name of a function in template.yaml. Without one, all handlers of the folder are listed."`

	Root       string `default:"." placeholder:"DIR" help:"The folder with the function's files. The default is the current one."`
	JSON       bool   `name:"json" help:"Print one JSON document."`
	JSONSchema bool   `name:"json-schema" help:"Print the JSON Schemas (2020-12) of the handler's event and of its response."`
}

// Validate checks what kong does not.
func (c *describeCommand) Validate() error {
	switch {
	case c.JSON && c.JSONSchema:
		return &usageError{"--json and --json-schema contradict each other", "give one of them"}
	case c.JSONSchema && c.Handler == "":
		return &usageError{"--json-schema without a handler", "sqlambda describe lists the handlers"}
	}
	return nil
}

// Run describes the handler, or lists those of the folder.
func (c *describeCommand) Run(p *process) error {
	folder, err := project.Open(c.Root)
	if err != nil {
		return &usageError{message: err.Error()}
	}
	options := inspect.Options{LookupEnv: p.lookupEnv}
	if c.Handler == "" {
		return c.list(p, folder, options)
	}
	fn, err := p.function(folder, c.Handler)
	if err != nil {
		return err
	}
	d, err := inspect.Describe(folder, fn, c.Handler, options)
	if err != nil {
		return err
	}
	if c.JSONSchema && d.Executable != nil {
		return &usageError{"--json-schema of " + d.File + ", which is an executable", "only SQL tells what it takes and gives"}
	}
	if c.JSONSchema {
		return p.stdout.writeJSON(struct {
			Event    *inspect.Schema `json:"event"`
			Response *inspect.Schema `json:"response"`
		}{d.EventSchema(), d.ResponseSchema()})
	}
	return p.stdout.write(d, c.JSON, "describe.txt")
}

// list prints a line for each handler of the folder: its name, what it takes, and what it
// gives.
func (c *describeCommand) list(p *process, folder *project.Folder, options inspect.Options) error {
	list, problems, err := inspect.DescribeAll(folder, options)
	if err != nil {
		return err
	}
	if len(list) == 0 && len(problems) == 0 {
		return noHandlers(c.Root)
	}
	err = p.stdout.write(map[string][]*inspect.Description{"handlers": list}, c.JSON, "handlers.txt")
	for _, problem := range problems {
		p.report(problem)
	}
	if len(problems) > 0 {
		err = errors.Join(err, errShown)
	}
	return err
}

// takes are the names of what a handler takes.
func takes(d *inspect.Description) (names []string) {
	for _, parameter := range d.Parameters {
		names = append(names, parameter.Raw)
	}
	for _, table := range d.EventTables {
		names = append(names, table.Name)
	}
	return names
}

// responses are the shapes of a response.
var responses = map[syntax.Kind]string{
	syntax.One: ":one, an object", syntax.Many: ":many, an array of objects", syntax.Value: ":value, the value",
	syntax.Exec: ":exec, null", syntax.ExecRows: ":execrows, the number of rows", syntax.Batch: ":batch, the records that failed",
	syntax.None: "what is known at run time",
}

// literalText is a literal as it is written in SQL.
func literalText(l any) string {
	switch v := l.(type) {
	case nil:
		return "NULL"
	case string:
		return "'" + strings.ReplaceAll(v, "'", "''") + "'"
	case []byte:
		return fmt.Sprintf("x'%x'", v)
	}
	return strings.ToUpper(fmt.Sprint(l)) // TRUE, 20
}
