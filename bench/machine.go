package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// machine notes the machine and the versions that the figures belong to.
func (b *builder) machine() []note {
	notes := []note{
		{"goos", runtime.GOOS},
		{"goarch", runtime.GOARCH},
		{"cpu", field("/proc/cpuinfo", "model name")},
		{"cores", fmt.Sprint(runtime.NumCPU())},
		{"memory", field("/proc/meminfo", "MemTotal")},
		{"kernel", output("uname", "-sr")},
		{"go", runtime.Version()},
		{"aws-lambda-go", b.version("github.com/aws/aws-lambda-go")},
		{"modernc.org/sqlite", b.version("modernc.org/sqlite")},
		{"python", output("python3", "--version")},
		{"node", output("node", "--version")},
		{"cc", firstLine(output("cc", "--version"))},
		{"sqlambda", output("git", "-C", b.root, "describe", "--always", "--dirty")},
	}
	if b.prior != "" {
		notes = append(notes, note{"before", b.prior})
	}
	return notes
}

// version returns the version of a module that the Go peers require.
func (b *builder) version(module string) string {
	return output("go", "list", "-C", b.dir("go"), "-m", "-f", "{{.Version}}", module)
}

// output returns what a command prints.
func output(command ...string) string {
	text, err := exec.Command(command[0], command[1:]...).Output()
	if err != nil {
		return "not available"
	}
	return strings.TrimSpace(string(text))
}

// field returns the first value of a key in a file of /proc.
func field(path, key string) string {
	text, _ := os.ReadFile(path)
	for line := range strings.Lines(string(text)) {
		if name, value, found := strings.Cut(line, ":"); found && strings.TrimSpace(name) == key {
			return strings.TrimSpace(value)
		}
	}
	return "not available"
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
