package script

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// headSize is how much of a file is looked at. The kernel reads as much of a #! line.
const headSize = 256

// Command returns the command that runs a file, whose name is absolute: the file itself, if
// it is a program of this machine with its run bit, or the interpreter that its #! line names
// (an archive may have lost the bit). The error says what is wrong with the file.
func Command(path string) ([]string, error) {
	head, mode, err := read(path)
	if err != nil {
		return nil, err
	}
	if line, ok := bytes.CutPrefix(head, []byte("#!")); ok {
		return interpreted(path, line)
	}
	switch {
	case mode&0o111 != 0:
	case bytes.HasPrefix(head, []byte("\x7fELF")):
		return nil, errors.New("it is a program without a run bit: chmod +x")
	default:
		return nil, errors.New("it has no run bit and no #! line: write #!/bin/bash, or another program, as its first line")
	}
	return []string{path}, runs(head)
}

// Executable reports whether a file is one that Command runs, whatever may be wrong with it.
func Executable(path string) bool {
	head, mode, err := read(path)
	return err == nil && (mode&0o111 != 0 || bytes.HasPrefix(head, []byte("#!")))
}

// read returns the first bytes of a regular file, and its mode.
func read(path string) (head []byte, mode os.FileMode, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, reason(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, 0, reason(err)
	}
	if !info.Mode().IsRegular() {
		return nil, 0, errors.New("it is not a file")
	}
	head = make([]byte, headSize)
	n, err := io.ReadFull(f, head)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		err = nil
	}
	return head[:n], info.Mode(), err
}

// reason is an error of a file without its operation and name.
func reason(err error) error {
	var of *os.PathError
	if errors.As(err, &of) {
		return of.Err
	}
	return err
}

// interpreted returns the command of a file with a #! line.
func interpreted(path string, line []byte) ([]string, error) {
	line, _, whole := bytes.Cut(line, []byte("\n"))
	if !whole && len(line) == headSize-2 {
		return nil, fmt.Errorf("its #! line is longer than %d bytes", headSize)
	}
	if bytes.HasSuffix(line, []byte("\r")) {
		return nil, errors.New("its lines end with CR LF: save it with LF alone")
	}
	text := strings.TrimSpace(strings.ReplaceAll(string(line), "\t", " "))
	interpreter, argument, _ := strings.Cut(text, " ")
	command := []string{interpreter}
	if argument = strings.TrimSpace(argument); argument != "" {
		command = append(command, argument)
	}
	if _, err := os.Stat(interpreter); err != nil {
		return nil, fmt.Errorf("its interpreter %s: %w", interpreter, reason(err))
	}
	words := slices.DeleteFunc(strings.Fields(argument), func(word string) bool { return word[0] == '-' || strings.Contains(word, "=") })
	if filepath.Base(interpreter) == "env" && len(words) > 0 {
		if _, err := exec.LookPath(words[0]); err != nil {
			return nil, fmt.Errorf("its interpreter %s is not in the PATH", words[0])
		}
	}
	return append(command, path), nil
}

// machines are the names of ELF's machines, as Go has them.
var machines = map[uint16]string{62: "amd64", 183: "arm64"}

// runs says why a file with a run bit cannot be run.
func runs(head []byte) error {
	if !bytes.HasPrefix(head, []byte("\x7fELF")) || len(head) < 20 {
		if runtime.GOOS == "linux" {
			return errors.New("it is neither a program for Linux nor a text with a #! line, such as #!/bin/bash")
		}
		return nil
	}
	machine := cmp.Or(machines[binary.LittleEndian.Uint16(head[18:])], "another processor")
	if machine != runtime.GOARCH || runtime.GOOS != "linux" {
		return fmt.Errorf("it is a program for linux/%s: this machine is %s/%s", machine, runtime.GOOS, runtime.GOARCH)
	}
	return nil
}
