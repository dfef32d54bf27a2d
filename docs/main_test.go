package docs_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// commandFolder holds the command that the pages' sessions run.
var commandFolder string

func TestMain(m *testing.M) {
	var err error
	if commandFolder, err = os.MkdirTemp("/var/tmp", "sqlambda"); err != nil {
		panic(err)
	}
	status := m.Run()
	os.RemoveAll(commandFolder)
	os.Exit(status)
}

var build = sync.OnceValues(func() (string, error) {
	command := filepath.Join(commandFolder, "sqlambda")
	out, err := exec.Command("go", "build", "-o", command, "../cmd/sqlambda").CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%w\n%s", err, out)
	}
	return command, err
})

// built returns the file of the command, which is built once for all tests.
func built(t *testing.T) string {
	t.Helper()
	command, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return command
}
