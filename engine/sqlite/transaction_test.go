package sqlite

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"sqlambda/engine"
)

// TestTurn has two connections take turns: one waits for the other until its deadline,
// and a turn that was not had is not kept from others.
func TestTurn(t *testing.T) {
	folder, err := os.MkdirTemp("/tmp", "sqlambda")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(folder)
	config := engine.Config{Database: folder + "/turn.db", Turn: make(chan struct{}, 1)}
	var conns [2]engine.Conn
	for i := range conns {
		if conns[i], err = Open(config); err != nil {
			t.Fatal(err)
		}
		defer conns[i].Close()
		conns[i].SetDeadline(time.Now().Add(20 * time.Second))
	}
	a, b := conns[0], conns[1]
	if err := a.Begin(); err != nil {
		t.Fatal(err)
	}
	b.SetDeadline(time.Now().Add(20 * time.Millisecond))
	var failure *engine.Failure
	if err := b.Begin(); !errors.As(err, &failure) || failure.Code != "SQLITE_BUSY" {
		t.Errorf("while the other has its turn: %v", err)
	}
	began := make(chan error)
	b.SetDeadline(time.Now().Add(20 * time.Second))
	go func() { began <- b.Begin() }()
	if err := a.End(true); err != nil {
		t.Error(err)
	}
	if err := <-began; err != nil {
		t.Errorf("when the other has ended: %v", err)
	}
	if err := b.End(false); err != nil {
		t.Error(err)
	}
	if err := os.Remove(folder + "/turn.db"); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := a.Begin(); !errors.As(err, &failure) || !failure.Lost {
			t.Errorf("a file that is gone: %v", err)
		}
	}
}

// TestInitTogether has processes start at once and make the same database ready. SQLite does
// not wait for a lock where two that read both want to write; they wait and try again.
func TestInitTogether(t *testing.T) {
	folder, err := os.MkdirTemp("/tmp", "sqlambda")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(folder)
	for i := range 60 {
		config := engine.Config{Database: fmt.Sprintf("%s/%d.db", folder, i)}
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				conn, err := Open(config)
				if err != nil {
					t.Error(err)
					return
				}
				defer conn.Close()
				for _, text := range []string{"PRAGMA journal_mode = wal", "CREATE TABLE IF NOT EXISTS t (a PRIMARY KEY)", "INSERT OR IGNORE INTO t VALUES (1)"} {
					s, err := conn.Prepare(text)
					if err != nil {
						t.Error(err)
						return
					}
					for row := true; row && err == nil; {
						row, err = s.Step()
					}
					s.Close()
					if err != nil {
						t.Errorf("%s: %v", text, err)
					}
				}
			})
		}
		all.Wait()
	}
}
