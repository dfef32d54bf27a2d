package suite

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/tools/txtar"

	"sqlambda/cmd/sqlambda/internal/project"
	"sqlambda/internal/nearest"
)

// kind is a kind of part.
type kind struct {
	name string
	// ending is that of the part's file, if the parts of a case are files.
	ending string
	// so is what the part is, if it is one value.
	so string
	// read takes the part into the case. An error is about the part as a whole. It is nil
	// for what there is of each invocation: names that have numbers, but for the first.
	read func(c *Case, p *Part) error
}

// kinds are the kinds of parts, in the order in which they are read.
var kinds = []kind{
	{"event", ".json", "", nil},
	{"response", ".response.json", "", nil},
	{"error", ".error.json", "", nil},
	{environmentFile, ".env", "", (*Case).readVariables},
	{databaseFile, ".database.sql", "", func(c *Case, p *Part) error { c.Database = append(c.Database, p); return nil }},
	{"log", ".log.txt", "", func(c *Case, p *Part) error { c.Log = p; return nil }},
	{"state.sql", ".state.sql", "", func(c *Case, p *Part) error { c.StateQuery = p; return nil }},
	{"state", ".state.jsonl", "", func(c *Case, p *Part) error {
		if c.State = p; c.StateQuery == nil {
			return errors.New("a state needs a part state.sql, whose rows it holds")
		}
		return nil
	}},
	{"handler", ".handler", "its name", func(c *Case, p *Part) error { c.Handler.Name = p.value(); return nil }},
	{"timeout", ".timeout", "a time of at least 1ms, such as 3s", func(c *Case, p *Part) (err error) {
		if c.Timeout, err = time.ParseDuration(p.value()); err == nil && c.Timeout < time.Millisecond {
			err = errors.New("too short")
		}
		return err
	}},
	{"clock", ".clock", "a time such as 2026-02-11T15:39:06Z", func(c *Case, p *Part) (err error) {
		c.Clock, err = time.Parse(time.RFC3339Nano, p.value())
		return err
	}},
	{"seed", ".seed", "an integer", func(c *Case, p *Part) error {
		seed, err := strconv.ParseInt(p.value(), 10, 64)
		c.Seed = &seed
		return err
	}},
	{"context", ".context.json", "", (*Case).readContext},
}

// value is what a part holds that is one value.
func (p *Part) value() string { return strings.TrimSpace(p.Text) }

var ofInvocation = regexp.MustCompile(`^(event|response|error)([2-9]|[1-9][0-9]+)?$`)

// kindOf returns the kind of a part by its name, and the number of its invocation. It is
// false for a name that no part has.
func kindOf(name string) (k kind, n int, ok bool) {
	if m := ofInvocation.FindStringSubmatch(name); m != nil {
		name = m[1]
		n, _ = strconv.Atoi(m[2]) // the first has none
	}
	i := slices.IndexFunc(kinds, func(k kind) bool { return k.name == name })
	if i < 0 {
		return kind{}, 0, false
	}
	return kinds[i], max(n, 1), true
}

// numbered is the name of a part of the nth invocation.
func numbered(name string, n int) string {
	if n > 1 {
		name += strconv.Itoa(n)
	}
	return name
}

// fileOf returns how the file of a part ends whose name a text begins with, up to a dot:
// log.txt for log.log. It is empty for other texts.
func fileOf(text string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(text, "."), ".")
	if _, _, ok := kindOf(name); !ok {
		return ""
	}
	return strings.TrimPrefix(string(form{}.file(name)), ".")
}

// unknownPart says that a case has no such part.
func unknownPart(name string) string {
	var names []string
	for _, k := range kinds {
		names = append(names, k.name)
	}
	hint := nearest.Hint(name, names)
	if file := fileOf(name); file != "" {
		hint = "did you mean " + file + "?"
	}
	return fmt.Sprintf("there is no part %s (%s)", name, cmp.Or(hint, "they are "+strings.Join(names, ", ")))
}

// add adds a part as it is read or, if it has no name, the parts of an archive:
// https://pkg.go.dev/golang.org/x/tools/txtar.
func (c *Case) add(part *Part) {
	switch {
	case c.parts[part.Name] != nil:
		c.fault(part.problem("the part " + part.Name + " is there twice"))
	case part.Name != "":
		c.parts[part.Name] = part
	default:
		archive := txtar.Parse([]byte(part.Text))
		line := 1 + strings.Count(string(archive.Comment), "\n")
		for _, f := range archive.Files {
			line++ // the marker
			c.add(&Part{Name: partName(f.Name), File: part.File, Line: line, Text: string(f.Data)})
			line += strings.Count(string(f.Data), "\n")
		}
	}
}

// readParts makes the case of its parts. Shared are those that its folders have for all of
// their cases.
func (c *Case) readParts(shared []*Part) {
	names := slices.Sorted(maps.Keys(c.parts))
	c.File = c.form.file("event")
	if c.form.archive == "" && c.parts["event"] == nil {
		c.File = c.parts[names[0]].File
	}
	for _, k := range kinds {
		for _, part := range append(slices.Clip(shared), c.parts[k.name]) {
			if part == nil || part.Name != k.name || k.read == nil {
				continue
			}
			err := k.read(c, part)
			switch {
			case err != nil && k.so != "":
				c.fault(part.problem(fmt.Sprintf("the %s is %q: write %s", part.Name, part.value(), k.so)))
			case err != nil:
				c.fault(part.problem(err.Error()))
			}
		}
	}
	c.readInvocations()
	for _, name := range names {
		switch _, n, ok := kindOf(name); {
		case !ok:
			c.fault(c.parts[name].problem(unknownPart(name)))
		case n > max(1, len(c.Invocations)):
			c.fault(c.parts[name].problem(fmt.Sprintf("the part %s has no event%d before it: events are numbered without gaps", name, len(c.Invocations)+1)))
		}
	}
}

// readInvocations pairs the events with what is expected of them.
func (c *Case) readInvocations() {
	for n := 1; c.parts[numbered("event", n)] != nil; n++ {
		i := Invocation{c.parts[numbered("event", n)], c.parts[numbered("response", n)], c.parts[numbered("error", n)]}
		for _, part := range [...]*Part{i.Event, i.Response, i.Error} {
			var value json.RawMessage
			switch {
			case part == nil:
			case part.value() == "":
				c.fault(part.problem("the part " + part.Name + " is empty (remove it, and sqlambda test --update writes it)"))
			default:
				c.faultJSON(part, json.Unmarshal([]byte(part.Text), &value))
			}
		}
		if i.Response != nil && i.Error != nil {
			c.fault(i.Error.problem("the event has a response and an error: an invocation gives one of them"))
		}
		c.Invocations = append(c.Invocations, i)
	}
	if len(c.Invocations) == 0 {
		place := "file " + path.Base(string(c.form.file("event")))
		if c.form.archive != "" {
			place = "part -- event --"
		}
		c.fault(Problem{File: c.File, Message: "the event is missing: add the " + place})
	}
}

// faultJSON adds the problem of a part that is not JSON, at the line of the mistake.
func (c *Case) faultJSON(part *Part, err error) {
	if err == nil {
		return
	}
	offset := 0
	var wrong *json.SyntaxError
	if errors.As(err, &wrong) {
		offset = int(wrong.Offset) - 1
	}
	c.fault(part.at(offset, "the part "+part.Name+" is not JSON: "+strings.TrimPrefix(err.Error(), "json: ")))
}

// readVariables adds variables, one NAME=value a line. Lines that begin with # are
// comments.
func (c *Case) readVariables(part *Part) error {
	offset := 0
	for line := range strings.Lines(part.Text) {
		name, value, ok := strings.Cut(strings.TrimRight(line, "\r\n"), "=")
		switch {
		case strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#"):
		case !ok || name == "" || strings.ContainsAny(name, " \t"):
			c.fault(part.at(offset, "a variable is a line NAME=value"))
		default:
			c.Variables[name] = value
		}
		offset += len(line)
	}
	return nil
}

// form is how the parts of a case are kept: in files whose names begin with stem or, if
// archive is set, in the txtar file of that name.
type form struct{ stem, archive string }

const archiveEnding = ".txtar"

// file is the name of the file that holds a part, new or not.
func (f form) file(part string) project.File {
	if f.archive != "" {
		return project.File(f.archive)
	}
	k, n, ok := kindOf(part)
	if ok && n == 1 {
		return project.File(f.stem + k.ending)
	}
	return project.File(f.stem + "." + part + ".json")
}

// write writes the text of a part, new or not. Instead is the part that it replaces, or nil.
func (f form) write(part, text string, instead *Part) error {
	if f.archive == "" {
		err := os.WriteFile(string(f.file(part)), []byte(text), 0o644)
		if err == nil && instead != nil {
			err = os.Remove(string(instead.File))
		}
		return err
	}
	data, err := os.ReadFile(f.archive)
	if err != nil {
		return err
	}
	archive := txtar.Parse(data)
	section := func(name string) int {
		return slices.IndexFunc(archive.Files, func(f txtar.File) bool { return partName(f.Name) == name })
	}
	at := section(part)
	if at < 0 { // a new section follows the event that it is for
		at = len(archive.Files)
		if event := section(ofInvocation.ReplaceAllString(part, "event$2")); event >= 0 {
			at = event + 1
		}
		archive.Files = slices.Insert(archive.Files, at, txtar.File{Name: part})
	}
	archive.Files[at].Data = []byte(text)
	if instead != nil {
		archive.Files = slices.DeleteFunc(archive.Files, func(f txtar.File) bool { return partName(f.Name) == instead.Name })
	}
	return os.WriteFile(f.archive, txtar.Format(archive), 0o644)
}

// partName is the name of a section, which may end as a file of its format does:
// response.json.
func partName(name string) string {
	switch path.Ext(name) {
	case ".json", ".jsonl", ".txt":
		return cmp.Or(strings.TrimSuffix(name, path.Ext(name)), name)
	}
	return name
}

var numberedFile = regexp.MustCompile(`^(.+)\.((?:event|response|error)(?:[2-9]|[1-9][0-9]+)?)\.json$`)

// splitFile takes the name of a file apart: orders.list-late.response2.json is the part
// response2 of the case orders.list-late. An archive is no part but a case.
func splitFile(file string) (stem, part string, ok bool) {
	if stem, ok := strings.CutSuffix(file, archiveEnding); ok {
		return stem, "", true
	}
	if m := numberedFile.FindStringSubmatch(file); m != nil {
		return m[1], m[2], true
	}
	for _, k := range slices.Backward(kinds) { // an event's file is any other
		if stem, ok := strings.CutSuffix(file, k.ending); ok && stem != "" {
			return stem, k.name, true
		}
	}
	return "", "", false
}
