package sqlite

import (
	"fmt"
	"strings"

	"sqlambda/engine/sqlite/internal/sqlite3"
)

// guard is the sandbox: SQLite asks it about everything that a statement would
// do, while the statement is prepared. https://sqlite.org/c3ref/set_authorizer.html
type guard struct {
	sealed bool // the init phase is over
	off    bool // the connection prepares or runs a statement of its own

	attach    string // the only name that ATTACH may open, as SQLite was given it
	preparing bool   // a statement is being prepared
	savepoint bool   // the statement being prepared opens or closes a savepoint
	denied    string // why the last statement was refused

	watch func(*sqlite3.Action) // is told of every action, where it is set
}

// allows answers SQLite.
func (g *guard) allows(action *sqlite3.Action) bool {
	if g.off {
		return true
	}
	if g.watch != nil {
		g.watch(action)
	}
	reason := g.objection(action)
	if reason != "" {
		g.denied = reason
	}
	return reason == ""
}

// objection returns why an action is refused, or nothing.
func (g *guard) objection(action *sqlite3.Action) string {
	switch action.Op {
	case sqlite3.OpTransaction:
		if g.sealed {
			return action.First() + " in a handler: an invocation is one transaction already"
		}
	case sqlite3.OpSavepoint:
		g.savepoint = true
		if strings.EqualFold(action.Second(), partName) {
			return "the savepoint " + partName + " belongs to the runtime"
		}
	case sqlite3.OpAttach:
		if g.sealed {
			return "a handler cannot attach databases: attach in init.sql or in the prologue"
		}
		// VACUUM attaches a database without a name when it runs, not when it is prepared;
		// a file name that is no literal has no name either.
		if action.First() != g.attach || g.attach == "" && g.preparing {
			return "a file is opened by ATTACH, its name a string literal alone, and not by VACUUM INTO"
		}
	case sqlite3.OpDetach:
		if g.sealed {
			return "a handler cannot detach databases"
		}
	case sqlite3.OpPragma:
		return g.pragmaObjection(action.First(), action.Second())
	}
	return ""
}

// pragmaObjection knows what pragmas do: https://sqlite.org/pragma.html.
func (g *guard) pragmaObjection(name, value string) string {
	switch strings.ToLower(name) {
	case "table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo",
		"foreign_key_list", "foreign_key_check", "database_list", "function_list", "collation_list",
		"module_list", "pragma_list", "compile_options", "page_count", "freelist_count", "data_version",
		"integrity_check", "quick_check", "defer_foreign_keys":
		return "" // the value is what it asks about
	case "foreign_keys", "user_version", "application_id", "schema_version", "encoding", "page_size",
		"cache_size", "cache_spill", "journal_mode", "journal_size_limit", "synchronous", "temp_store",
		"mmap_size", "auto_vacuum", "incremental_vacuum", "recursive_triggers",
		"automatic_index", "reverse_unordered_selects", "secure_delete", "wal_autocheckpoint",
		"wal_checkpoint", "locking_mode", "analysis_limit", "optimize", "cell_size_check",
		"ignore_check_constraints", "legacy_alter_table", "query_only":
		if g.sealed && value != "" { // it sets something for the connection
			return fmt.Sprintf("PRAGMA %s is set in init.sql or in the prologue, not in a handler", name)
		}
		return ""
	}
	return fmt.Sprintf("PRAGMA %s cannot be used", name)
}
