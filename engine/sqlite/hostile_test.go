package sqlite

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sqlambda/engine"
	"sqlambda/event"
)

// noHost is the host of a connection without an invocation.
type noHost struct{}

func (noHost) Event() (event.Event, bool)                       { return event.Event{}, true }
func (noHost) Lookup(engine.Scope, string) (event.Value, error) { return event.TextValue("x"), nil }
func (noHost) Log(level engine.Level, message, fields string)   {}
func hostile(t *testing.T, config engine.Config) *Conn {
	t.Helper()
	config.Host = noHost{}
	conn, err := Open(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn.(*Conn)
}

// exec runs a statement and returns its first value.
func exec(c *Conn, text string) (string, error) {
	s, err := c.Prepare(text)
	if err != nil || s == nil {
		return "", err
	}
	defer s.Close()
	row, err := s.Step()
	first := ""
	if row && len(s.Columns()) > 0 {
		first = textOf(s.Value(0))
	}
	for row && err == nil {
		row, err = s.Step()
	}
	return first, err
}

// TestPragmas goes through every pragma that this SQLite has, with a value and without: in
// init and in a handler it may only be used as this table says. One that is new in another
// version of SQLite fails here until it has its place.
func TestPragmas(t *testing.T) {
	const (
		asks    = "asks"    // always
		sets    = "sets"    // with a value in init alone
		refused = "refused" // always
	)
	uses := map[string]string{}
	for use, names := range map[string]string{
		asks: `table_info table_xinfo table_list index_list index_info index_xinfo foreign_key_list foreign_key_check
			database_list function_list collation_list module_list pragma_list compile_options page_count freelist_count
			data_version integrity_check quick_check defer_foreign_keys`,
		sets: `foreign_keys user_version application_id schema_version encoding page_size cache_size cache_spill journal_mode
			journal_size_limit synchronous temp_store mmap_size auto_vacuum incremental_vacuum recursive_triggers
			automatic_index reverse_unordered_selects secure_delete wal_autocheckpoint wal_checkpoint locking_mode
			analysis_limit optimize cell_size_check ignore_check_constraints legacy_alter_table query_only`,
		refused: `busy_timeout case_sensitive_like checkpoint_fullfsync count_changes default_cache_size
			empty_result_callbacks full_column_names fullfsync hard_heap_limit max_page_count read_uncommitted
			short_column_names shrink_memory soft_heap_limit temp_store_directory threads trusted_schema writable_schema`,
	} {
		for _, name := range strings.Fields(names) {
			uses[name] = use
		}
	}
	c := hostile(t, engine.Config{})
	names := c.Names("SELECT name FROM pragma_pragma_list")
	if len(names) < 60 {
		t.Fatalf("%d pragmas", len(names))
	}
	for _, sealed := range []bool{false, true} {
		c.guard.sealed = sealed
		for _, name := range names {
			use := uses[name]
			if use == "" {
				t.Errorf("PRAGMA %s is new", name)
			}
			for text, ok := range map[string]bool{
				"PRAGMA " + name:             use != refused,
				"PRAGMA main." + name:        use != refused,
				"PRAGMA " + name + " = 1":    use == asks || use == sets && !sealed,
				"PRAGMA " + name + "(1)":     use == asks || use == sets && !sealed,
				"PRAGMA " + name + " = -1e9": use == asks || use == sets && !sealed,
			} {
				s, err := c.Prepare(text)
				if err == nil && s != nil {
					s.Close()
				}
				failure, _ := err.(*engine.Failure)
				if denied := failure != nil && failure.Code == "SQLITE_AUTH"; denied == ok {
					t.Errorf("sealed %v: %s: %v", sealed, text, err)
				}
			}
		}
	}
}

// TestWeakChecks tries what would take the checks away.
func TestWeakChecks(t *testing.T) {
	folder, err := os.MkdirTemp("/tmp", "hostile")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(folder)
	c := hostile(t, engine.Config{Root: folder})
	setUp := []string{
		"CREATE TABLE t (x)", "CREATE VIRTUAL TABLE f USING fts5(x)", "CREATE VIRTUAL TABLE r USING rtree(id, a, b)",
		"CREATE VIEW secret AS SELECT env('AWS_SECRET_ACCESS_KEY') AS x", "CREATE VIEW pages AS SELECT * FROM sqlite_dbpage", "CREATE VIEW functions AS SELECT * FROM pragma_function_list",
		"CREATE TRIGGER secret_trigger AFTER DELETE ON t BEGIN SELECT env('X'); END",
	}
	for _, text := range setUp {
		if _, err := exec(c, text); err != nil && !strings.Contains(err.Error(), "unsafe use") {
			t.Fatal(text, err)
		}
	}
	for _, sealed := range []bool{false, true} {
		c.guard.sealed = sealed
		for text, want := range map[string]string{
			"SELECT load_extension('/tmp/x.so')":                            "extensions cannot be loaded",
			"SELECT load_extension('/tmp/x.so', 'init')":                    "extensions cannot be loaded",
			"SELECT fts3_tokenizer('simple', x'00')":                        "no such function",
			"SELECT readfile('/etc/passwd')":                                "no such function",
			"SELECT writefile('/tmp/x', 'y')":                               "no such function",
			"SELECT edit('x')":                                              "no such function",
			"CREATE VIRTUAL TABLE c USING csv(filename='/etc/passwd')":      "no such module",
			"SELECT * FROM zipfile('/tmp/x.zip')":                           "no such table",
			"SELECT * FROM fsdir('/')":                                      "no such table",
			"VACUUM INTO '" + folder + "/copy.db'":                          "not by VACUUM INTO",
			"VACUUM INTO '" + folder + "' || '/copy.db'":                    "not by VACUUM INTO",
			"ATTACH '" + folder + "' || '/x.db' AS x":                       "ATTACH",
			";ATTACH '" + folder + "' || '/x.db' AS x":                      "ATTACH",
			"/**/;;ATTACH ('" + folder + "/x.db') AS x":                     "ATTACH",
			"ATTACH \"" + folder + "/x.db\" AS x":                           "string literal",
			"ATTACH printf('%s', '" + folder + "/x.db') AS x":               "string literal",
			"EXPLAIN ATTACH '" + folder + "/x.db' AS x":                     "ATTACH",
			"ATTACH 'file:" + folder + "/x.db?vfs=unix-none' AS x":          "vfs",
			"ATTACH 'file:" + folder + "/x.db?cache=shared' AS x":           "cache",
			"ATTACH 'file:" + folder + "/x.db?%6dode=rwc' AS x":             "cannot be used",
			"ATTACH 'file://other/x.db' AS x":                               "another host",
			"ATTACH '/etc/passwd' AS x":                                     "not a database",
			"INSERT INTO sqlite_schema VALUES ('table', 'x', 'x', 0, 'y')":  "may not be modified",
			"UPDATE sqlite_schema SET sql = ''":                             "may not be modified",
			"DELETE FROM f_data":                                            "may not be modified",
			"INSERT INTO f_config VALUES ('a', 1)":                          "may not be modified",
			"UPDATE r_node SET data = x'00'":                                "may not be modified",
			"DROP TABLE f_content":                                          "may not be",
			"UPDATE sqlite_dbpage SET data = zeroblob(4096) WHERE pgno = 1": "read-only",
			"SELECT * FROM secret":                                          "unsafe use of env",
			"DELETE FROM t":                                                 "unsafe use of env",
			"SELECT * FROM functions":                                       "unsafe use of virtual table",
			"SELECT * FROM pages":                                           "unsafe use of virtual table",
			"CREATE INDEX i ON t (env(x))":                                  "env",
			"SELECT * FROM pragma_writable_schema(1)":                       "too many arguments",
			"SAVEPOINT sqlambda":                                            "belongs to the runtime",
		} {
			value, err := exec(c, text)
			if sealed && (strings.Contains(text, "ATTACH") || strings.Contains(text, "VACUUM")) {
				want = "a handler cannot attach"
				if strings.Contains(fmt.Sprint(err), "string literal") || strings.Contains(fmt.Sprint(err), "database") {
					continue
				}
			}
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("sealed %v: %s: %q %v, want %s", sealed, text, value, err, want)
			}
		}
	}
	if files, _ := filepath.Glob(folder + "/*"); len(files) > 0 {
		t.Errorf("there are files: %v", files)
	}
}

// TestLikeUsesAnIndex shows that LIKE and GLOB are still those that SQLite knows.
func TestLikeUsesAnIndex(t *testing.T) {
	c := hostile(t, engine.Config{})
	if _, err := exec(c, "CREATE TABLE t (x TEXT COLLATE NOCASE UNIQUE, y TEXT UNIQUE)"); err != nil {
		t.Fatal(err)
	}
	for _, where := range []string{"x LIKE 'abc%'", "y GLOB 'abc*'"} {
		s, err := c.Prepare("EXPLAIN QUERY PLAN SELECT * FROM t WHERE " + where)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Step(); err != nil || !strings.HasPrefix(s.Value(3).Text, "SEARCH") {
			t.Errorf("%s: %s %v", where, s.Value(3).Text, err)
		}
	}
}
