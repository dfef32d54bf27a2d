package main_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"sqlambda/internal/lambdatest"
)

// makeDatabase makes a database by a script.
func makeDatabase(t *testing.T, file, script string) {
	t.Helper()
	conn := openDatabase(t, file)
	if err := sqlitex.ExecuteScript(conn, script, nil); err != nil {
		t.Fatal(err)
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
}

// openDatabase opens a database as another process would.
func openDatabase(t *testing.T, file string) *sqlite.Conn {
	t.Helper()
	conn, err := sqlite.OpenConn(file, sqlite.OpenReadWrite|sqlite.OpenCreate)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

// outcomeOf invokes the function and returns the response or the error.
func (f *function) outcomeOf(event string) string {
	f.t.Helper()
	return string(f.invoke(lambdatest.Invocation{Payload: []byte(event)}).Payload)
}

// fails checks that an event fails with an error that begins with want, and that the
// process goes on.
func (f *function) fails(event, want string) {
	f.t.Helper()
	if got := f.outcomeOf(event); !strings.Contains(got, `"errorMessage":"`+want) {
		f.t.Errorf("the outcome of %s is\n%s\nwant\n%s", event, got, want)
	}
}

// endsWith checks that the process ended with status 1, and one last line in its log.
func (f *function) endsWith(want string) {
	f.t.Helper()
	f.process.Wait(f.ctx)
	if code := f.process.State().ExitCode(); code != 1 {
		f.t.Errorf("exit status %d, want 1\n%s", code, f.log)
	}
	if log := f.log.String(); strings.Count(log, "FATAL") != 1 || !strings.Contains(log, "FATAL\t"+want) {
		f.t.Errorf("the log is\n%s\nwant one FATAL line with %s", log, want)
	}
}

// mounted starts the bootstrap where a folder is a file system of its own, with the
// options of a mount, which the script of a shell fills. The folder is seen at the path
// that is returned.
func mounted(t *testing.T, options, script, handler string, files map[string]string, database string) (*function, string) {
	t.Helper()
	if out, err := exec.Command("unshare", "-m", "sh", "-c", "mount -t tmpfs none /mnt").CombinedOutput(); err != nil {
		t.Skipf("no file system can be mounted here: %v %s", err, out)
	}
	folder := scratch(t)
	command := exec.Command("unshare", "-m", "sh", "-e", "-c", "mount -t tmpfs -o "+options+" none "+folder+"\ncd "+folder+"\n"+script+"\nexec "+bootstrap)
	f := startBy(t, command, newServer(t), handler, files, "SQLAMBDA_DATABASE="+filepath.Join(folder, database))
	return f, fmt.Sprintf("/proc/%d/root%s", f.process.Pid(), folder)
}

// pages takes and frees room: a page a row.
func pages(mode string) map[string]string {
	return map[string]string{
		"init.sql":  "PRAGMA journal_mode = " + mode + "; CREATE TABLE IF NOT EXISTS pages (id INTEGER PRIMARY KEY, page BLOB);",
		"count.sql": "-- name: count :value\nSELECT count(*) FROM pages;",
		"main.sql":  "-- name: main :value\nINSERT INTO pages SELECT :id, zeroblob(4000) WHERE :id IS NOT NULL;\nSELECT count(*) FROM pages;",
	}
}

// TestDiskFull fills the disk: the invocation that finds it full fails, what was
// answered before stays, reading goes on, and so does writing when there is room.
func TestDiskFull(t *testing.T) {
	for _, mode := range []string{"delete", "wal"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			f, folder := mounted(t, "size=512k", "head -c 128k /dev/zero >ballast", "main", pages(mode), "pages.db")
			kept := 0
			for kept < 1000 {
				outcome := f.outcomeOf(fmt.Sprintf(`{"id":%d}`, kept))
				if outcome != fmt.Sprint(kept+1) {
					break
				}
				kept++
			}
			if kept < 10 || kept > 130 {
				t.Errorf("%d pages were written to 384 KB", kept)
			}
			f.fails(`{"id":5000}`, "SQLITE_FULL: database or disk is full: a function's /tmp has 512 MB unless more is asked for")
			f.respond(`{}`, fmt.Sprint(kept))
			if err := os.Remove(folder + "/ballast"); err != nil {
				t.Fatal(err)
			}
			f.respond(`{"id":5000}`, fmt.Sprint(kept+1))
			f.respond(`{}`, fmt.Sprint(kept+1))
		})
	}
}

// TestDiskFullInBatch fills the disk in the middle of a batch: the records that were
// kept are those that are not reported.
func TestDiskFullInBatch(t *testing.T) {
	files := pages("delete")
	files["main.sql"] = "-- name: main :batch\nINSERT INTO pages VALUES (:messageId, zeroblob(40000));\n"
	f, folder := mounted(t, "size=512k", "", "main", files, "pages.db")
	var records []string
	for i := range 30 {
		records = append(records, fmt.Sprintf(`{"messageId":"%d","eventSource":"aws:sqs"}`, i))
	}
	outcome := f.outcomeOf(`{"Records":[` + strings.Join(records, ",") + `]}`)
	reported := strings.Count(outcome, "itemIdentifier")
	if strings.Contains(outcome, "errorType") {
		reported = len(records)
	}
	content, err := os.ReadFile(folder + "/pages.db")
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(scratch(t), "pages.db")
	if err := os.WriteFile(copied, content, 0o644); err != nil {
		t.Fatal(err)
	}
	conn := openDatabase(t, copied)
	defer conn.Close()
	kept, err := sqlitex.ResultInt64(conn.Prep("SELECT count(*) FROM pages"))
	if err != nil || int(kept) != len(records)-reported || reported == 0 {
		t.Errorf("%d records are kept and %d reported, %v:\n%s", kept, reported, err, outcome)
	}
}

// TestReadOnlyFileSystem has a database where nothing can be written.
func TestReadOnlyFileSystem(t *testing.T) {
	seed := filepath.Join(scratch(t), "seed.db")
	makeDatabase(t, seed, "CREATE TABLE pages (id INTEGER PRIMARY KEY, page BLOB); INSERT INTO pages VALUES (1, 'x');")
	files := pages("delete")
	delete(files, "init.sql")
	t.Run("read", func(t *testing.T) {
		f, _ := mounted(t, "size=1m", "cp "+seed+" .; mount -o remount,ro .", "count", files, "seed.db")
		f.respond(`{}`, "1")
	})
	t.Run("written", func(t *testing.T) {
		f, _ := mounted(t, "size=1m", "cp "+seed+" .; mount -o remount,ro .", "main", files, "seed.db")
		f.fails(`{"id":2}`, "SQLITE_READONLY: attempt to write a readonly database: its file system, or the file, cannot be written to")
		f.fails(`{"id":2}`, "SQLITE_READONLY: ")
	})
	t.Run("made", func(t *testing.T) {
		f, _ := mounted(t, "ro", "", "main", files, "new.db")
		if err := f.WaitReady(f.ctx); err == nil || !strings.Contains(err.Error(), "new.db: read-only file system") {
			t.Error(err)
		}
	})
}

// TestDatabaseReplaced has the file replaced and deleted while processes run. One that
// reads goes on with what it has opened. One that would write learns that it is gone, and
// the next process has the new one. In WAL mode SQLite by itself would write to a file that
// nobody finds.
func TestDatabaseReplaced(t *testing.T) {
	for _, mode := range []string{"delete", "wal"} {
		for name, take := range map[string]func(file, other string) error{
			"replaced": func(file, other string) error { return os.Rename(other, file) },
			"deleted":  func(file, other string) error { return os.Remove(file) },
		} {
			t.Run(mode+"/"+name, func(t *testing.T) {
				file := filepath.Join(scratch(t), "pages.db")
				makeDatabase(t, file+".new", "CREATE TABLE pages (id INTEGER PRIMARY KEY, page BLOB); INSERT INTO pages VALUES (7, 'x'), (8, 'x'), (9, 'x');")
				f := start(t, "main", pages(mode), "SQLAMBDA_DATABASE="+file)
				f.respond(`{"id":1}`, "1")
				reader := start(t, "count", pages(mode), "SQLAMBDA_DATABASE="+file)
				reader.respond(`{}`, "1")
				if err := take(file, file+".new"); err != nil {
					t.Fatal(err)
				}
				reader.respond(`{}`, "1")
				f.fails(`{"id":2}`, "SQLITE_READONLY_DBMOVED: the database's file was replaced or deleted after it was opened")
				f.endsWith("the handler cannot go on: Function.SQLError: SQLITE_READONLY_DBMOVED")
				if mode == "wal" {
					return // its -wal belongs to the file that is gone
				}
				want := map[string]string{"replaced": "4", "deleted": "1"}[name]
				start(t, "main", pages(mode), "SQLAMBDA_DATABASE="+file).respond(`{"id":2}`, want)
			})
		}
	}
}

// TestLockedDatabase has another process lock the database: an invocation waits until
// shortly before its deadline.
func TestLockedDatabase(t *testing.T) {
	for name, mode := range map[string]string{"written": "", "read": "?mode=ro"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(scratch(t), "pages.db")
			makeDatabase(t, file, "CREATE TABLE pages (id INTEGER PRIMARY KEY, page BLOB);")
			files := pages("delete")
			delete(files, "init.sql")
			handler := "main"
			if mode != "" {
				handler = "count"
			}
			starts := func() *function { return start(t, handler, files, "SQLAMBDA_DATABASE=file:"+file+mode) }
			f := starts()
			f.respond(`{}`, "0")

			other := openDatabase(t, file)
			defer other.Close()
			release := lock(t, other)
			outcome := f.invoke(lambdatest.Invocation{Payload: []byte(`{}`), Deadline: time.Now().Add(time.Second)})
			if got := string(outcome.Payload); f.wasGivenUp(outcome) {
				f = starts()
			} else if !strings.Contains(got, "SQLITE_BUSY: database is locked: another connection") {
				t.Errorf("locked: %s", got)
			}
			waited := make(chan lambdatest.Outcome)
			go func() {
				outcome, _ := f.Invoke(f.ctx, lambdatest.Invocation{Payload: []byte(`{}`), Deadline: time.Now().Add(20 * time.Second)})
				waited <- outcome
			}()
			release()
			if outcome := <-waited; string(outcome.Payload) != "0" {
				t.Errorf("released meanwhile: %s", outcome.Payload)
			}
		})
	}
}

// lock locks a database against reading and writing.
func lock(t *testing.T, conn *sqlite.Conn) (release func()) {
	t.Helper()
	if err := sqlitex.ExecuteTransient(conn, "BEGIN EXCLUSIVE", nil); err != nil {
		t.Fatal(err)
	}
	return func() { sqlitex.ExecuteTransient(conn, "ROLLBACK", nil) }
}

// TestCorruptDatabase starts with files that are no whole databases.
func TestCorruptDatabase(t *testing.T) {
	file := filepath.Join(scratch(t), "whole.db")
	makeDatabase(t, file, `CREATE TABLE pages (id INTEGER PRIMARY KEY, page BLOB, word TEXT);
CREATE TABLE other (id);
CREATE INDEX pages_word ON pages (word);
INSERT INTO pages WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < 200) SELECT i, zeroblob(300), 'word ' || i * 7919 % 200 FROM r;`)
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	whole := string(content)
	changed := func(at int, with string) string { return whole[:at] + with + whole[at+len(with):] }
	const scan = `SELECT count(page), max(word), (SELECT count(*) FROM (SELECT word FROM pages ORDER BY word)) FROM pages`
	for _, c := range []struct{ name, content, init, invocation string }{
		{"whole", whole, "", ""},
		{"empty", "", "no such table: pages", ""},
		{"text", strings.Repeat("this is no database\n", 100), "SQLITE_NOTADB: file is not a database", ""},
		{"a few bytes", "SQLite format 3\x00", "SQLITE_NOTADB: file is not a database", ""},
		{"another page size", changed(16, "\x03\x03"), "SQLITE_NOTADB: file is not a database", ""},
		{"not a header", changed(0, strings.Repeat("\x00", 100)), "SQLITE_NOTADB: file is not a database", ""},
		{"no schema", changed(100, strings.Repeat("\xff", 3900)), "SQLITE_CORRUPT", ""},
		{"half", whole[:len(whole)/2], "SQLITE_CORRUPT", "SQLITE_CORRUPT"},
		{"zeros in the middle", changed(6*4096, strings.Repeat("\x00", 10*4096)), "", "SQLITE_CORRUPT: database disk image is malformed"},
		{"zeros at the end", changed(len(whole)-4096, strings.Repeat("\x00", 4096)), "", "SQLITE_CORRUPT: database disk image is malformed"},
	} {
		for _, place := range []string{"zip", "tmp"} {
			t.Run(c.name+"/"+place, func(t *testing.T) {
				files := map[string]string{"main.sql": "-- name: main :one\n" + scan + " WHERE NOT coalesce(:other, 0);", "corrupt.db": c.content}
				database := "corrupt.db"
				if place == "tmp" {
					database = filepath.Join(scratch(t), "corrupt.db")
					if err := os.WriteFile(database, []byte(c.content), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				f := start(t, "main", files, "SQLAMBDA_DATABASE="+database)
				err := f.WaitReady(f.ctx)
				switch {
				case err != nil && (c.init == "" || !strings.Contains(err.Error(), c.init)):
					t.Errorf("init: %v, want %s", err, c.init)
				case err != nil:
					f.process.Wait(f.ctx)
					if code := f.process.State().ExitCode(); code != 1 {
						t.Errorf("exit status %d", code)
					}
				case c.init != "" && c.invocation == "":
					t.Errorf("init succeeded, want %s", c.init)
				case c.invocation != "":
					f.fails(`{}`, c.invocation)
					f.fails(`{}`, c.invocation)
				default:
					f.outcomeOf(`{}`)
				}
			})
		}
	}
	t.Run("anywhere", func(t *testing.T) { corruptAnywhere(t, content, scan) })
}

// corruptAnywhere changes some bytes, again and again: whatever SQLite makes of it, the
// process answers, or says why it does not start.
func corruptAnywhere(t *testing.T, whole []byte, scan string) {
	random := rand.New(rand.NewPCG(1, 2))
	for round := range 40 {
		content := append([]byte(nil), whole...)
		for range 1 + random.IntN(30) {
			at := random.IntN(len(content))
			if random.IntN(3) == 0 {
				at = random.IntN(16) * 4096 // where a page tells what it is
				at += random.IntN(12)
			}
			content[at] = byte(random.Uint32())
		}
		f := start(t, "main", map[string]string{"main.sql": "-- name: main :one\n" + scan, "corrupt.db": string(content)}, "SQLAMBDA_DATABASE=corrupt.db")
		if err := f.WaitReady(f.ctx); err == nil {
			f.outcomeOf(`{}`)
			f.outcomeOf(`{}`)
			f.stop()
		} else {
			f.process.Wait(f.ctx)
		}
		if log := f.log.String(); strings.Contains(log, "goroutine") || strings.Contains(log, "Function.Panic") {
			t.Fatalf("round %d:\n%s", round, log)
		}
	}
}
