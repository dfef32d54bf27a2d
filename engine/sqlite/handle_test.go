package sqlite

import (
	"runtime"
	"sync"
	"testing"

	"sqlambda/engine"
)

// TestOpenWhileClosing opens connections while others close, whose addresses they get. It
// is about chance: where the two are not kept apart, most runs fail.
func TestOpenWhileClosing(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(16)) // the system may interrupt anywhere
	var workers sync.WaitGroup
	for range 16 {
		workers.Go(func() {
			for range 400 {
				conn, err := Open(engine.Config{Database: ":memory:"})
				if err != nil {
					t.Error(err)
					return
				}
				for range 10 {
					if _, err := conn.Prepare("SELECT 1"); err != nil { // asks the authorizer
						t.Error(err)
					}
				}
				if err := conn.Close(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	workers.Wait()
}
