package executable

import (
	"path"
	"slices"
	"strings"

	"sqlambda/handlers"
)

// longestLine is how much of a #! line the kernel reads, in bytes.
const longestLine = 256

// examineScript looks at a file with a #! line.
func (f *File) examineScript() {
	line, _, _ := strings.Cut(f.text.Text, "\n")
	if strings.HasSuffix(line, "\r") {
		f.failAt(len(line)-1, handlers.InvalidHandler, "its lines end with CR LF, and CR would be part of the program's name", "save it with LF alone")
		return
	}
	if len(line) >= longestLine {
		f.failAt(0, handlers.InvalidHandler, "its #! line is longer than 255 bytes", "shorten it")
		return
	}
	words := strings.Fields(line[2:])
	if len(words) == 0 {
		f.failAt(0, handlers.InvalidHandler, "its #! line names no program", "write #!/bin/bash, or another program")
		return
	}
	f.Interpreter = words[0]
	if path.Base(words[0]) == "env" {
		f.examineEnv(words[1:])
	} else {
		f.examineInterpreter(words[0])
	}
	if base := path.Base(f.Interpreter); base == "bash" || base == "sh" {
		f.examineBash()
	}
}

// examineInterpreter looks for the program of a #! line.
func (f *File) examineInterpreter(program string) {
	at := strings.Index(f.text.Text, program)
	inside, ofTask := strings.CutPrefix(program, "/var/task/")
	switch {
	case f.machine.Image || strings.HasPrefix(program, "/opt/"): // its own, or a layer's
	case !path.IsAbs(program):
		f.failAt(at, handlers.InvalidHandler, "its #! line names "+program+", which is no absolute name", "write #!/usr/bin/env "+program+", or the whole name")
	case ofTask && slices.Contains(f.machine.Packed, path.Clean(inside)):
	case ofTask:
		f.failAt(at, handlers.InvalidHandler, "its interpreter "+program+" is not in the zip", "")
	case !slices.Contains(folders, path.Dir(program)) || !has(path.Base(program)):
		f.lacks(at, program)
	}
}

// examineEnv looks for the program that env finds.
func (f *File) examineEnv(words []string) {
	words = slices.DeleteFunc(slices.Clone(words), func(word string) bool {
		return word == "-S" || strings.Contains(word, "=")
	})
	if len(words) == 0 {
		f.failAt(0, handlers.InvalidHandler, "its #! line names no program", "write #!/usr/bin/env bash, or another program")
		return
	}
	f.Interpreter = strings.TrimPrefix(words[0], "-S")
	if !f.machine.Image && !has(f.Interpreter) {
		f.lacks(strings.Index(f.text.Text, f.Interpreter), f.Interpreter)
	}
}

// lacks reports an interpreter that the runtime does not have.
func (f *File) lacks(at int, program string) {
	base := path.Base(program)
	hint := "a container image can have it; one of a layer is #!/opt/bin/" + base
	if pkg := packageOf(base); pkg != "" {
		hint = "a container image can have it, with RUN dnf install -y " + pkg + "; one of a layer is #!/opt/bin/" + base
	}
	if has(base) {
		hint = "write #!/usr/bin/" + base
	}
	f.failAt(at, handlers.InvalidHandler, "its interpreter "+program+" is not in provided.al2023", hint)
}
