package sqlite

import (
	"strings"
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"

	"sqlambda/engine"
	"sqlambda/event"
)

// function is an SQL function that is added to SQLite's own.
type function struct {
	least, most int // arguments
	// pure is a function that gives the same result for the same arguments: one
	// that an index or a generated column may call.
	pure bool
	// secret is a function that views, triggers and the like cannot call: a database that
	// is not the function's own might.
	secret bool
	call   func(c *Conn, args arguments) (event.Value, error)

	conn *Conn // that it is registered with
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
		f := lookup(engine.EnvScope)
		f.secret = true
		return f
	case "print":
		return &function{least: 1, most: 1, call: print}
	case "log_debug":
		return logAt(engine.Debug)
	case "log_info":
		return logAt(engine.Info)
	case "log_warn":
		return logAt(engine.Warn)
	case "log_error":
		return logAt(engine.Error)
	case "error":
		return &function{least: 2, most: 2, call: raise}
	default:
		return textFunction(name)
	}
}

// provideFunction registers a function of ours (https://sqlite.org/appfunc.html); it
// reports whether there is one of that name that was not registered before.
//
// Views and triggers may call it, unless it is secret. It is registered with SQLite
// itself: zombiezen.com/go/sqlite v1.4.2 turns the error of a function into its
// result.
func (c *Conn) provideFunction(name string) bool {
	name = strings.ToLower(name)
	if c.functions[name] != nil {
		return false
	}
	f := functionNamed(name)
	if f == nil {
		return false
	}
	f.conn = c
	c.functions[name] = f // and so f stays where SQLite finds it
	text, err := libc.CString(name)
	if err != nil {
		return false
	}
	defer libc.Xfree(c.tls, text)
	flags := int32(lib.SQLITE_UTF8 | lib.SQLITE_INNOCUOUS)
	if f.secret {
		flags = lib.SQLITE_UTF8 | lib.SQLITE_DIRECTONLY
	}
	if f.pure {
		flags |= lib.SQLITE_DETERMINISTIC
	}
	for arguments := f.least; arguments <= f.most; arguments++ {
		if lib.Xsqlite3_create_function_v2(c.tls, c.db, text, int32(arguments), flags, uintptr(unsafe.Pointer(f)),
			functionPointer(callFunction), 0, 0, 0) != lib.SQLITE_OK {
			return false
		}
	}
	return true
}

// callFunction is what SQLite calls for all of our functions.
func callFunction(tls *libc.TLS, context uintptr, n int32, argv uintptr) {
	address := lib.Xsqlite3_user_data(tls, context)
	f := *(**function)(unsafe.Pointer(&address))
	v, err := f.call(f.conn, arguments{tls, argv, int(n)})
	if err != nil {
		text := err.Error()
		lib.Xsqlite3_result_error(tls, context, addressOf(text), int32(len(text)))
		return
	}
	setResult(tls, context, v)
}

// lookup is event(path), context(path) and env(name).
func lookup(scope engine.Scope) *function {
	return &function{least: 1, most: 1, call: func(c *Conn, args arguments) (event.Value, error) {
		if args.isNull(0) {
			return event.Value{}, nil
		}
		v, err := c.config.Host.Lookup(scope, args.text(0))
		if err != nil {
			err = c.fault(err.Error())
		}
		return v, err
	}}
}

// print is print(x): a log line, and x.
func print(c *Conn, args arguments) (event.Value, error) {
	x := args.view(0)
	text := "NULL"
	if x.Kind != event.Null {
		text = args.message(0)
	}
	c.config.Host.Log(engine.Info, text, "")
	return x, nil
}

// logAt is log_info(message[, json]) and its like. They return NULL.
func logAt(level engine.Level) *function {
	return &function{least: 1, most: 2, call: func(c *Conn, args arguments) (event.Value, error) {
		fields := ""
		if args.n == 2 && !args.isNull(1) {
			fields = args.text(1)
			if e, err := event.Parse([]byte(fields)); err != nil || !e.IsObject() {
				return event.Value{}, c.fault("the second argument of log_" + strings.ToLower(string(level)) + " is no JSON object")
			}
		}
		c.config.Host.Log(level, args.message(0), fields)
		return event.Value{}, nil
	}}
}

// raise is error(type, message): the invocation fails with that type.
func raise(c *Conn, args arguments) (event.Value, error) {
	kind := args.message(0)
	if kind == "" {
		return event.Value{}, c.fault("error(type, message) needs a type")
	}
	c.raised = &engine.Failure{Raised: kind, Message: args.message(1), Offset: -1}
	return event.Value{}, c.raised
}

// fault makes the statement fail with a message of our own.
func (c *Conn) fault(message string) error {
	c.raised = &engine.Failure{Code: "SQLITE_ERROR", Message: message, Offset: -1}
	return c.raised
}
