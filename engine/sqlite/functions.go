package sqlite

import (
	"strings"

	"zombiezen.com/go/sqlite"

	"sqlambda/engine"
	"sqlambda/event"
)

// function is an SQL function that is added to SQLite's own.
type function struct {
	least, most int // arguments
	// pure is a function that gives the same result for the same arguments: one
	// that an index or a generated column may call.
	pure bool
	call func(c *Conn, args []sqlite.Value) (sqlite.Value, error)
}

// functionNames are the names of the functions that are added.
var functionNames = [...]string{
	"base64", "bool", "context", "env", "error", "event", "from_base64", "gunzip", "hmac_sha256",
	"log_debug", "log_error", "log_info", "log_warn", "print", "regexp", "sha256", "url_decode",
	"url_encode", "uuid", "uuidv7",
}

// functionNamed returns the function of that name, in lower case.
func functionNamed(name string) *function {
	switch name {
	case "event":
		return lookup(engine.EventScope)
	case "context":
		return lookup(engine.ContextScope)
	case "env":
		return lookup(engine.EnvScope)
	case "print":
		return &function{1, 1, false, print}
	case "log_debug":
		return logAt(engine.Debug)
	case "log_info":
		return logAt(engine.Info)
	case "log_warn":
		return logAt(engine.Warn)
	case "log_error":
		return logAt(engine.Error)
	case "error":
		return &function{2, 2, false, raise}
	default:
		return textFunction(name)
	}
}

// provide registers a function of ours; it reports whether there is one of that
// name that was not registered before.
func (c *Conn) provide(name string) bool {
	name = strings.ToLower(name)
	if c.functions[name] != nil {
		return false
	}
	f := functionNamed(name)
	if f == nil {
		return false
	}
	c.functions[name] = f
	for arguments := f.least; arguments <= f.most; arguments++ {
		err := c.conn.CreateFunction(name, &sqlite.FunctionImpl{
			NArgs:         arguments,
			Deterministic: f.pure,
			// Views and triggers of init.sql may call it.
			AllowIndirect: true,
			Scalar: func(_ sqlite.Context, args []sqlite.Value) (sqlite.Value, error) {
				return f.call(c, args)
			},
		})
		if err != nil {
			return false
		}
	}
	return true
}

// lookup is event(path), context(path) and env(name).
func lookup(scope engine.Scope) *function {
	return &function{1, 1, false, func(c *Conn, args []sqlite.Value) (sqlite.Value, error) {
		if isNull(args[0]) {
			return sqlite.Value{}, nil
		}
		v, err := c.config.Host.Lookup(scope, args[0].Text())
		return valueOf(v), err
	}}
}

// print is print(x): a log line, and x.
func print(c *Conn, args []sqlite.Value) (sqlite.Value, error) {
	text := "NULL"
	if !isNull(args[0]) {
		// The text of a number is asked of a copy: asking would turn the
		// argument, which is also the result, into a text.
		text = copied(args[0]).Text()
	}
	c.config.Host.Log(engine.Info, text, "")
	return args[0], nil
}

// logAt is log_info(message[, json]) and its like. They return NULL.
func logAt(level engine.Level) *function {
	return &function{1, 2, false, func(c *Conn, args []sqlite.Value) (sqlite.Value, error) {
		fields := ""
		if len(args) == 2 && !isNull(args[1]) {
			fields = args[1].Text()
			if e, err := event.Parse([]byte(fields)); err != nil || !e.IsObject() {
				return sqlite.Value{}, c.fault("the second argument of log_" + strings.ToLower(string(level)) + " is no JSON object")
			}
		}
		c.config.Host.Log(level, args[0].Text(), fields)
		return sqlite.Value{}, nil
	}}
}

// raise is error(type, message): the invocation fails with that type.
func raise(c *Conn, args []sqlite.Value) (sqlite.Value, error) {
	kind := args[0].Text()
	if kind == "" {
		return sqlite.Value{}, c.fault("error(type, message) needs a type")
	}
	c.raised = &engine.Failure{Raised: kind, Message: args[1].Text(), Offset: -1}
	return sqlite.Value{}, c.raised
}

// fault makes the statement fail with a message of our own, where SQLite would
// put its own before it.
func (c *Conn) fault(message string) error {
	c.raised = &engine.Failure{Code: "SQLITE_ERROR", Message: message, Offset: -1}
	return c.raised
}

func isNull(v sqlite.Value) bool { return v.Type() == sqlite.TypeNull }

// copied returns a value that does not change when it is converted.
func copied(v sqlite.Value) sqlite.Value {
	switch v.Type() {
	case sqlite.TypeInteger:
		return sqlite.IntegerValue(v.Int64())
	case sqlite.TypeFloat:
		return sqlite.FloatValue(v.Float())
	default:
		return v
	}
}

func valueOf(v event.Value) sqlite.Value {
	switch v.Kind {
	case event.Integer:
		return sqlite.IntegerValue(v.Integer)
	case event.Real:
		return sqlite.FloatValue(v.Real)
	case event.Text:
		return sqlite.TextValue(v.Text)
	case event.Blob:
		return sqlite.BlobValue([]byte(v.Text))
	default:
		return sqlite.Value{}
	}
}
