package suite

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"sqlambda/engine"
	"sqlambda/engine/sqlite"
	"sqlambda/handlers"
)

// taskRoot is what a function calls its folder: there it may not write, wherever the
// folder is on this machine.
const taskRoot = "/var/task"

// storage has the databases of one case. Those that the function may write to are files
// of the case's own, empty at first: nothing outside of them is touched. One in the
// function's folder is read where it is or, where the case prepares it, from a copy.
type storage struct {
	root   string // the function's folder
	folder string // of the case's own files; made when it is needed
	main   string // the function's name of the database that was opened first
	copied string // of the main database, prepared
	err    error  // of making the folder

	unprepared error // of a script that prepares the database
}

// locate returns the file that the function knows by a name.
func (s *storage) locate(file string) string {
	if s.main == "" {
		s.main = file
	}
	if s.copied != "" && file == s.main {
		return s.copied
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

// remove removes the case's own files.
func (s *storage) remove() error {
	if s.folder == "" {
		return nil
	}
	return os.RemoveAll(s.folder)
}

// longestInit is the time that the init phase of a function has.
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib
const longestInit = 10 * time.Second

// open opens the database of a case and runs the scripts that prepare it. A mistake in
// them is kept apart from the errors of the handler.
func (s *storage) open(config engine.Config, scripts []*Part, handler handlers.Config) (engine.Conn, error) {
	config.Root, config.Locate = taskRoot, s.locate
	config.Memory = 0 // SQLite's limit is one for the whole process
	conn, err := openBriefly(config)
	if len(scripts) > 0 && s.main != "" { // a file: it is opened anew when it is prepared
		if conn != nil {
			conn.Close()
		}
		if s.unprepared = s.prepare(config, scripts, handler); s.unprepared != nil {
			return nil, s.unprepared
		}
		conn, err = openBriefly(config)
	}
	if err = errors.Join(s.err, err); err != nil {
		return nil, err
	}
	if s.main == "" {
		if s.unprepared = runScripts(conn, scripts, handler); s.unprepared != nil {
			conn.Close()
			return nil, s.unprepared
		}
	}
	return conn, nil
}

// openBriefly opens a database that is soon gone: nothing waits for the disk, and what
// runs at init has the time of the init phase.
func openBriefly(config engine.Config) (engine.Conn, error) {
	conn, err := sqlite.Open(config)
	if err != nil {
		return nil, err
	}
	conn.SetDeadline(time.Now().Add(longestInit))
	stmt, err := conn.Prepare("PRAGMA synchronous = OFF")
	if err == nil {
		_, err = stmt.Step()
		stmt.Close()
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

func runScripts(conn engine.Conn, scripts []*Part, handler handlers.Config) error {
	for _, script := range scripts {
		if err := handlers.RunScript(handler, conn, script.Name, script.Text); err != nil {
			return &scriptError{script, err}
		}
	}
	return nil
}

// prepare runs the scripts on a file in the place of the main database: the case's own
// file or, where the function may not write to it, a copy.
func (s *storage) prepare(config engine.Config, scripts []*Part, handler handlers.Config) error {
	const name = "/mnt/prepared.db" // one that may be written to
	file := s.locate(s.main)
	if strings.HasPrefix(s.main, taskRoot+"/") {
		data, err := os.ReadFile(file)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		s.copied = s.own(name)
		if err := os.WriteFile(s.copied, data, 0o644); err != nil {
			return err
		}
		file = s.copied
	}
	config.Database = name
	config.Locate = func(other string) string {
		if other == name {
			return file
		}
		return s.locate(other)
	}
	conn, err := openBriefly(config)
	if err != nil {
		return err
	}
	return errors.Join(runScripts(conn, scripts, handler), conn.Close())
}
