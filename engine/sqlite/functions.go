package sqlite

import (
	"errors"
	"fmt"
	"strings"

	"sqlambda/engine"
	"sqlambda/engine/sqlite/internal/sqlite3"
	"sqlambda/event"
)

type arguments = sqlite3.Arguments

// function is an SQL function that is added to SQLite's own.
type function struct {
	name        string // in lower case
	least, most int    // arguments
	// result is the type that a column of its results would be declared with, or empty for
	// any; nullable says that NULL is among them though no argument is NULL.
	result   string
	nullable bool

	pure   bool // it depends on its arguments alone, and is NULL where one of them is
	secret bool // a view or trigger cannot call it: it may be another's
	seeded bool // SQLite has one of its own, which it replaces where the randomness repeats

	call implementation
}

// implementation runs a function. Its error makes the statement fail.
type implementation func(c *Conn, args arguments) (event.Value, error)

// functions are those that are added. Each is registered when a statement needs it.
var functions = [...]function{
	{name: "base64", least: 1, most: 1, result: "TEXT", pure: true, call: encodeBase64},
	{name: "bool", least: 1, most: 1, result: "BOOLEAN", pure: true, call: truth},
	{name: "context", least: 1, most: 1, nullable: true, call: lookUp(engine.ContextScope)},
	{name: "env", least: 1, most: 1, result: "TEXT", nullable: true, secret: true, call: lookUp(engine.EnvScope)},
	{name: "error", least: 2, most: 2, nullable: true, call: raise},
	{name: "event", least: 1, most: 1, nullable: true, call: lookUp(engine.EventScope)},
	{name: "from_base64", least: 1, most: 1, result: "BLOB", pure: true, call: decodeBase64},
	{name: "gunzip", least: 1, most: 1, result: "BLOB", pure: true, call: gunzip},
	{name: "hmac_sha256", least: 2, most: 2, result: "BLOB", pure: true, call: hmacSHA256},
	{name: "log_debug", least: 1, most: 2, nullable: true, call: logAt(engine.Debug)},
	{name: "log_error", least: 1, most: 2, nullable: true, call: logAt(engine.Error)},
	{name: "log_info", least: 1, most: 2, nullable: true, call: logAt(engine.Info)},
	{name: "log_warn", least: 1, most: 2, nullable: true, call: logAt(engine.Warn)},
	{name: "print", least: 1, most: 1, call: print},
	{name: "random", result: "INTEGER", seeded: true, call: random},
	{name: "randomblob", least: 1, most: 1, result: "BLOB", seeded: true, call: randomBlob},
	{name: "regexp", least: 2, most: 2, result: "INTEGER", pure: true, call: matchRegexp},
	{name: "sha256", least: 1, most: 1, result: "BLOB", pure: true, call: hashSHA256},
	{name: "url_decode", least: 1, most: 1, result: "TEXT", pure: true, call: percentDecode},
	{name: "url_encode", least: 1, most: 1, result: "TEXT", pure: true, call: percentEncode},
	{name: "uuid", result: "TEXT", call: uuidv4},
	{name: "uuidv7", result: "TEXT", call: uuidv7},
}

// functionNamed returns the function of that name, or nil.
func functionNamed(name string) *function {
	for i := range functions {
		if strings.EqualFold(functions[i].name, name) {
			return &functions[i]
		}
	}
	return nil
}

// AddFunction adds a function that the caller answers.
func (c *Conn) AddFunction(f engine.Function) error {
	for _, name := range c.Functions() {
		if strings.EqualFold(name, f.Name) {
			return errors.New("there is a function " + name + " already")
		}
	}
	flags := sqlite3.DirectOnly
	if f.Deterministic {
		flags |= sqlite3.Deterministic
	}
	values := make([]event.Value, f.Arguments)
	err := c.db.CreateFunction(f.Name, f.Arguments, flags, func(args arguments) (event.Value, error) {
		for i := range values {
			values[i] = args.Value(i)
		}
		v, err := f.Call(values)
		if failure, ok := err.(*engine.Failure); ok {
			c.raised = failure
		}
		return v, err
	})
	if err == nil {
		c.added = append(c.added, f)
	}
	return err
}

// FunctionType tells what a function that is not SQLite's returns.
func (c *Conn) FunctionType(name string) (declared string, nullable, ok bool) {
	for i := range c.added {
		if strings.EqualFold(c.added[i].Name, name) {
			return c.added[i].Result, true, true
		}
	}
	f := functionNamed(name)
	if f == nil || f.seeded {
		return "", false, false
	}
	return f.result, f.nullable, true
}

// provideFunction registers a function of ours; it reports whether there is one of that
// name that was not registered before. Views and triggers may call it, unless it is secret.
func (c *Conn) provideFunction(name string) bool {
	f := functionNamed(name)
	if f == nil || !c.provides("function "+f.name) {
		return false
	}
	flags := sqlite3.DirectOnly
	if f.secret {
		flags = sqlite3.DirectOnly
	}
	if f.pure {
		flags |= sqlite3.Deterministic
	}
	checked := func(args arguments) (event.Value, error) {
		for i := 0; f.pure && i < args.Len(); i++ {
			if args.Value(i).Kind == event.Null {
				return event.Value{}, nil
			}
		}
		v, err := f.call(c, args)
		if err != nil {
			c.raised = c.failure(err)
		}
		return v, err
	}
	for n := f.least; n <= f.most; n++ {
		if c.db.CreateFunction(f.name, n, flags, checked) != nil {
			return false
		}
	}
	return true
}

// lookUp is event(path), context(path) and env(name).
func lookUp(scope engine.Scope) implementation {
	return func(c *Conn, args arguments) (event.Value, error) {
		if args.Value(0).Kind == event.Null {
			return event.Value{}, nil
		}
		return c.config.Host.Lookup(scope, strings.Clone(args.Text(0)))
	}
}

// print is print(x): a log line, and x.
func print(c *Conn, args arguments) (event.Value, error) {
	text := "NULL"
	if args.Value(0).Kind != event.Null {
		text = message(args, 0)
	}
	c.config.Host.Log(engine.Info, text, "")
	return args.Value(0), nil
}

// message is the text of an argument as far as a log or an error has use for it.
func message(args arguments, i int) string {
	const most = 512 << 10
	b := args.Bytes(i)
	return string(b[:min(len(b), most)])
}

// logAt is log_info(message[, json]) and its like. They return NULL.
func logAt(level engine.Level) implementation {
	return func(c *Conn, args arguments) (event.Value, error) {
		fields := ""
		if args.Len() == 2 && args.Value(1).Kind != event.Null {
			fields = strings.Clone(args.Text(1))
			if e, err := event.Parse([]byte(fields)); err != nil || !e.IsObject() {
				return event.Value{}, fmt.Errorf("the second argument of log_%s is no JSON object", strings.ToLower(string(level)))
			}
		}
		c.config.Host.Log(level, message(args, 0), fields)
		return event.Value{}, nil
	}
}

// raise is error(type, message): the invocation fails with that type.
func raise(_ *Conn, args arguments) (event.Value, error) {
	kind := message(args, 0)
	if kind == "" {
		return event.Value{}, errors.New("error(type, message) needs a type")
	}
	return event.Value{}, &engine.Failure{Raised: kind, Message: message(args, 1), Offset: -1}
}
