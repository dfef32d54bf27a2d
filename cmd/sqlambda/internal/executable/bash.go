package executable

import (
	"context"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"sqlambda/handlers"
)

// examineBash looks at a script for bash, which sh is, too.
func (f *File) examineBash() {
	if at := strings.Index(f.text.Text, "\r\n"); at >= 0 {
		f.failAt(at, handlers.ExitStatus, "the line ends with CR LF, and CR is a part of its last word", "save the file with LF alone")
		return
	}
	f.examineSyntax()
	if f.machine.Image {
		return
	}
	script := readCommands(f.text.Text)
	for _, c := range script.commands {
		program := c.name
		if slices.Contains(folders, path.Dir(program)) {
			program = path.Base(program)
		}
		if !isMissing(program) || script.knows(c.name) || f.packs(c.name) || f.ignores(c.offset) {
			continue
		}
		hint := "put it into the zip or a layer, or use a container image"
		if pkg := packageOf(program); pkg != "" {
			hint += ", with RUN dnf install -y " + pkg
		}
		if program == "which" {
			hint = "write command -v"
		}
		f.warnAt(c.offset, MissingProgram, "there is no "+c.name+" in provided.al2023", hint)
	}
}

// mistakes are the lines in which bash tells them.
var mistakes = regexp.MustCompile(`(?m)^.*: line (\d+): (.*(?:syntax error|unexpected EOF|unexpected end of file).*)$`)

// longestReading is the time that bash has to read a script.
const longestReading = 5 * time.Second

// examineSyntax has bash read the script, if there is a bash that knows what Lambda's knows:
// macOS has version 3.
func (f *File) examineSyntax() {
	ctx, cancel := context.WithTimeout(context.Background(), longestReading)
	defer cancel()
	reading := exec.CommandContext(ctx, "bash", "-c", `[ "$BASH_VERSINFO" -ge 4 ] && exec bash -n "$1"`, "bash", f.path)
	reading.Env = []string{"LC_ALL=C", "PATH=/usr/local/bin:/usr/bin:/bin"}
	out, err := reading.CombinedOutput()
	found := mistakes.FindSubmatch(out)
	if err == nil || found == nil {
		return
	}
	number, _ := strconv.Atoi(string(found[1]))
	f.failAt(f.lineOffset(number), handlers.ExitStatus, "bash: "+string(found[2]), "")
}

// lineOffset is where a line begins, counted from 1; the last one if there are fewer.
func (f *File) lineOffset(number int) int {
	offset := 0
	for line := range strings.Lines(f.text.Text) {
		if number--; number == 0 {
			break
		}
		if offset+len(line) < len(f.text.Text) {
			offset += len(line)
		}
	}
	return offset
}

// ignoring is a comment that silences the warning of its line, or of the line below it.
var ignoring = regexp.MustCompile(`#\s*sqlambda:\s*ignore\s+[^(]*` + MissingProgram)

// ignores reports whether a comment ignores a warning at an offset.
func (f *File) ignores(offset int) bool {
	text := f.text.Text
	end := len(text)
	if i := strings.IndexByte(text[offset:], '\n'); i >= 0 {
		end = offset + i
	}
	start := strings.LastIndexByte(text[:offset], '\n') + 1
	above := text[:max(start-1, 0)]
	above = above[strings.LastIndexByte(above, '\n')+1:]
	return ignoring.MatchString(text[start:end]) || strings.HasPrefix(strings.TrimSpace(above), "#") && ignoring.MatchString(above)
}
