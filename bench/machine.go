package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// machine is what the figures were taken on, and with which versions.
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

// version is that of a module the Go peers require.
func (b *builder) version(module string) string {
	return output("go", "list", "-C", b.dir("go"), "-m", "-f", "{{.Version}}", module)
}

// output is what a command prints, or why there is nothing.
func output(command ...string) string {
	text, err := exec.Command(command[0], command[1:]...).Output()
	if err != nil {
		return "not available"
	}
	return strings.TrimSpace(string(text))
}

// field is the first value of a key in a file of /proc.
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
