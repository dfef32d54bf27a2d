package suite

import (
	"os"
	"path"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"

	"sqlambda/cmd/sqlambda/internal/project"
)

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

// readArchive adds the parts of a case that is one file:
// https://pkg.go.dev/golang.org/x/tools/txtar.
func (c *Case) readArchive(text string) {
	archive := txtar.Parse([]byte(text))
	line := 1 + strings.Count(string(archive.Comment), "\n")
	for _, f := range archive.Files {
		line++ // the marker
		c.add(&Part{Name: partName(f.Name), File: c.form.file(""), Line: line, Text: string(f.Data)})
		line += strings.Count(string(f.Data), "\n")
	}
}

// partName is the name of a section, which may end as a file of its format does:
// response.json.
func partName(name string) string {
	switch path.Ext(name) {
	case ".json", ".jsonl", ".txt":
		return strings.TrimSuffix(name, path.Ext(name))
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
