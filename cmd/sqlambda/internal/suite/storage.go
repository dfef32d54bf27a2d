package suite

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"sqlambda/engine"
	"sqlambda/engine/sqlite"
	"sqlambda/handlers"
)

// taskRoot is what a function calls its folder. It may not write there, wherever the
// folder is on this machine.
const taskRoot = "/var/task"

// storage has the databases of one case. Those that the function may write to are files of
// the case's own, empty at first: no other file is touched. A database in the function's
// folder is read where it is. If the case makes the main database, the function has that
// instead, whether or not one is in the folder.
type storage struct {
	root   string // the function's folder
	folder string // holds the case's own files; made when the first is needed
	main   string // the function's name of the database that was opened first
	made   string // the main database, if the case has made it
	err    error  // of making the folder

	unprepared error // of a script that makes the database
}

// names replaces the names that files have on this machine with those that the function
// knows.
func (s *storage) names() *strings.Replacer {
	var pairs []string
	for _, name := range [...][2]string{{s.made, s.main}, {s.folder, ""}, {s.root, taskRoot}} {
		if name[0] != "" {
			pairs = append(pairs, name[0], name[1])
		}
	}
	return strings.NewReplacer(pairs...)
}

// locate returns the file that the function knows by a name.
func (s *storage) locate(file string) string {
	if s.main == "" {
		s.main = file
	}
	if s.made != "" && file == s.main {
		return s.made
	}
	if name, ok := strings.CutPrefix(file, taskRoot+"/"); ok {
		return filepath.Join(s.root, name)
	}
	return s.own(file)
}

// own returns the file of the case's own that stands for a file. Of /tmp there is only
// the folder itself, while a file system below /mnt is mounted with all its folders.
func (s *storage) own(file string) string {
	if s.folder == "" {
		s.folder, s.err = os.MkdirTemp("", "sqlambda-test-")
	}
	name := filepath.Join(s.folder, file)
	parent := filepath.Join(s.folder, "tmp")
	if strings.HasPrefix(file, "/mnt/") {
		parent = filepath.Dir(name)
	}
	s.err = errors.Join(s.err, os.MkdirAll(parent, 0o755))
	return name
}

// longestInit is the time that the init phase of a function has.
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib
const longestInit = 10 * time.Second

// open opens the database of a case and runs the scripts that make it. A mistake in them
// is kept apart from the errors of the handler.
func (s *storage) open(config engine.Config, scripts []*Part, handler handlers.Config) (engine.Conn, error) {
	config.Root, config.Locate = taskRoot, s.locate
	config.Memory = 0 // SQLite's limit is one for the whole process
	conn, err := openBriefly(config)
	if len(scripts) > 0 && s.main != "" { // a file: it is opened anew when it is prepared
		if conn != nil {
			conn.Close()
		}
		if s.unprepared = s.prepare(config, scripts, handler); s.unprepared == nil {
			conn, err = openBriefly(config)
		}
	} else if err == nil {
		if s.unprepared = runScripts(conn, scripts, handler); s.unprepared != nil {
			conn.Close()
		}
	}
	return conn, errors.Join(s.err, err, s.unprepared)
}

// openBriefly opens a database that is soon removed: nothing waits for the disk. What runs
// at init has the time of the init phase.
func openBriefly(config engine.Config) (engine.Conn, error) {
	conn, err := sqlite.Open(config)
	if err == nil {
		conn.SetDeadline(time.Now().Add(longestInit))
		conn.(*sqlite.Conn).Query("PRAGMA synchronous = OFF")
	}
	return conn, err
}

func runScripts(conn engine.Conn, scripts []*Part, handler handlers.Config) error {
	for _, script := range scripts {
		if _, err := load(handler, conn, map[string]string{"init.sql": script.Text, "state.sql": "SELECT 1"}); err != nil {
			return newScriptError(script, err, 0)
		}
	}
	return nil
}

// borrowed is a connection that a handler neither seals nor closes.
type borrowed struct{ engine.Conn }

func (borrowed) Seal() error  { return nil }
func (borrowed) Close() error { return nil }

// load loads the handler state of a case's own files, on a connection that is open.
func load(config handlers.Config, conn engine.Conn, files map[string]string) (*handlers.Handler, error) {
	root, err := os.MkdirTemp("", "sqlambda-test-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(root)
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o600); err != nil {
			return nil, err
		}
	}
	config.Root, config.Handler = root, "state"
	config.Open = func(engine.Config) (engine.Conn, error) { return borrowed{conn}, nil }
	return handlers.Load(config)
}

// prepare runs the scripts on a new file, which from then on is the main database.
func (s *storage) prepare(config engine.Config, scripts []*Part, handler handlers.Config) error {
	config.Database = "/mnt/prepared.db" // a name that may be written to
	s.made = s.own(config.Database)
	conn, err := openBriefly(config)
	if err != nil {
		return err
	}
	return errors.Join(runScripts(conn, scripts, handler), conn.Close())
}
