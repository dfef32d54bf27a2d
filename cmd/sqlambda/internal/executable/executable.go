// Package executable tells what is wrong with an executable file that is the handler of a
// function: what it needs of the machine that runs it, beside what Lambda's runtime
// provided.al2023 has (al2023.go). It looks at the #! line (interpreter.go), at a script for
// bash (bash.go, commands.go), and at the header of a program (program.go).
//
// It runs no handler. Bash itself reads the syntax of a script, where it is installed.
package executable

import (
	"bytes"
	"debug/elf"
	"io"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"

	"sqlambda/handlers"
	"sqlambda/handlers/syntax"
)

// MissingProgram and MissingLibrary are the names of the warnings.
const (
	MissingProgram = "missing-program"
	MissingLibrary = "missing-library"
)

// longestText is how much of a script is read, in bytes.
const longestText = 1 << 20

// Machine is what runs a file.
type Machine struct {
	// Architecture is x86_64 or arm64; empty if it is not known.
	Architecture string
	// Image says that the function is a container image, which has programs and libraries
	// of its own.
	Image bool
	// Packed are the names of the files of the task root.
	Packed []string
}

// File is an executable file.
type File struct {
	// Name is relative to the task root.
	Name string
	// Interpreter is the program of a script's #! line; empty for a program.
	Interpreter string
	// Architecture is that of a program: x86_64 or arm64; empty for a script.
	Architecture string
	// Problems are what is wrong with it, in the order of their places.
	Problems []syntax.Problem

	machine Machine
	path    string
	runBit  bool
	text    *syntax.File
}

// Examine looks at a file below a root. An error says that it cannot be read.
func Examine(root, name string, machine Machine) (*File, error) {
	f := &File{Name: name, machine: machine, path: filepath.Join(root, filepath.FromSlash(name))}
	file, err := os.Open(f.path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	begin, err := io.ReadAll(io.LimitReader(file, longestText))
	if err != nil {
		return nil, err
	}
	f.runBit = info.Mode()&0o111 != 0 || runtime.GOOS == "windows" // whose files have none
	f.text = &syntax.File{Name: name}
	switch {
	case bytes.HasPrefix(begin, []byte("#!")):
		f.text.Text = string(begin)
		f.examineScript()
	case bytes.HasPrefix(begin, []byte(elf.ELFMAG)):
		f.examineProgram(file)
	default:
		f.examineOther(begin)
	}
	return f, nil
}

// examineOther looks at a file that Linux does not run.
func (f *File) examineOther(content []byte) {
	for _, other := range [...]struct{ magic, system string }{
		{"\xcf\xfa\xed\xfe", "macOS"}, {"\xca\xfe\xba\xbe", "macOS"}, {"MZ", "Windows"},
	} {
		if bytes.HasPrefix(content, []byte(other.magic)) {
			f.fail(handlers.InvalidHandler, "it is a program for "+other.system, "build it for Linux, as with GOOS=linux")
			return
		}
	}
	if f.runBit && runtime.GOOS != "windows" {
		f.fail(handlers.InvalidHandler, "it is neither a program for Linux nor a text with a #! line", "write #!/bin/bash, or another program, as its first line")
		return
	}
	f.fail(handlers.InvalidHandler, "it has no run bit and no #! line", "write #!/bin/bash, or another program, as its first line; chmod +x is for programs")
}

// fail adds an error of the file as a whole.
func (f *File) fail(code, message, hint string) {
	f.Problems = append(f.Problems, syntax.Problem{
		Severity: syntax.Error, Code: code, File: f.Name, Line: 1, Column: 1, Message: message, Hint: hint,
	})
}

// failAt adds an error at an offset of a script.
func (f *File) failAt(offset int, code, message, hint string) {
	p := f.text.Problem(offset, message, hint)
	p.Code = code
	f.Problems = append(f.Problems, p)
}

// warnAt adds a warning at an offset.
func (f *File) warnAt(offset int, rule, message, hint string) {
	f.failAt(offset, rule, message, hint)
	f.Problems[len(f.Problems)-1].Severity = syntax.Warning
}

// packs reports whether the task root has a file with a name in any folder.
func (f *File) packs(base string) bool {
	return slices.ContainsFunc(f.machine.Packed, func(name string) bool { return path.Base(name) == base })
}
