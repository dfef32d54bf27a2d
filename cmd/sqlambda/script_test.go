package main

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "write what the scripts give into their files")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"sqlambda": main})
}

// TestScripts runs the scripts in testdata:
// https://pkg.go.dev/github.com/rogpeppe/go-internal/testscript.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			return errors.Join(makeWritable(env), makeBootstrap(env))
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":    exits,
			"terminal": terminal,
			"address":  address,
		},
		Condition: installed,
	})
}

// makeWritable gives a script $WRITABLE, a folder whose databases can be written to:
// those below /tmp and /mnt only.
func makeWritable(env *testscript.Env) error {
	folder, err := os.MkdirTemp("/tmp", "sqlambda")
	if err != nil {
		return err
	}
	env.Setenv("WRITABLE", folder)
	env.Defer(func() { os.RemoveAll(folder) })
	return nil
}

// makeBootstrap gives a script $BOOTSTRAP, a program for Linux on x86_64 as far as its
// header tells.
func makeBootstrap(env *testscript.Env) error {
	header := elf.Header64{
		Ident:   [elf.EI_NIDENT]byte{0x7f, 'E', 'L', 'F', byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), byte(elf.EV_CURRENT)},
		Type:    uint16(elf.ET_EXEC),
		Machine: uint16(elf.EM_X86_64),
		Version: uint32(elf.EV_CURRENT),
		Ehsize:  64,
	}
	var program bytes.Buffer
	if err := binary.Write(&program, binary.LittleEndian, header); err != nil {
		return err
	}
	name := filepath.Join(env.WorkDir, ".tmp", "a-bootstrap") // where no folder of a function is
	env.Setenv("BOOTSTRAP", name)
	return os.WriteFile(name, program.Bytes(), 0o755)
}

// exits is the script command "exits CODE PROGRAM [ARGUMENT…]": the program has to
// end with that exit code.
func exits(script *testscript.TestScript, negated bool, args []string) {
	if negated || len(args) < 2 {
		script.Fatalf("usage: exits code program [args...]")
	}
	want, err := strconv.Atoi(args[0])
	script.Check(err)
	if got := exitCode(script, script.Exec(args[1], args[2:]...)); got != want {
		script.Fatalf("the exit code is %d, want %d", got, want)
	}
}

// terminal is the script command "terminal stdout|stderr PROGRAM [ARGUMENT…]": it
// runs the program with that stream on a terminal, whatever its exit code. What the
// terminal was sent is the stream's text, with ␛ in the place of each escape.
func terminal(script *testscript.TestScript, negated bool, args []string) {
	if negated || len(args) < 2 {
		script.Fatalf("usage: terminal stdout|stderr program [args...]")
	}
	cmd := exec.Command(args[1], args[2:]...)
	cmd.Dir = script.MkAbs(".")
	for _, name := range []string{"PATH", "NO_COLOR", "TERM"} {
		cmd.Env = append(cmd.Env, name+"="+script.Getenv(name))
	}
	cmd.Stdout, cmd.Stderr = script.Stdout(), script.Stderr()
	stream, shown := &cmd.Stdout, script.Stdout()
	if args[0] == "stderr" {
		stream, shown = &cmd.Stderr, script.Stderr()
	}
	sent, err := runOnTerminal(cmd, stream)
	exitCode(script, err)
	_, err = strings.NewReplacer("\r\n", "\n", "\x1b", "␛").WriteString(shown, sent)
	script.Check(err)
}

// exitCode is the exit code that an error of a program stands for.
func exitCode(script *testscript.TestScript, err error) int {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	script.Check(err)
	return 0
}
