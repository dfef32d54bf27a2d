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
	for _, k := range kinds {
		if k.name == part {
			return project.File(f.stem + k.ending)
		}
	}
	return project.File(strings.TrimSuffix(f.stem+"."+part, ".event") + ".json")
}

// place says where to add a part that is missing.
func (f form) place(part string) string {
	if f.archive != "" {
		return "add the part -- " + part + " --"
	}
	return "add the file " + path.Base(string(f.file(part)))
}

// write writes the text of a part, new or not.
func (f form) write(part, text string) error {
	if f.archive == "" {
		return os.WriteFile(string(f.file(part)), []byte(text), 0o644)
	}
	return f.edit(func(files []txtar.File) []txtar.File {
		after := len(files) // a new section follows the event that it is for
		for i := range files {
			switch partName(files[i].Name) {
			case part:
				files[i].Data = []byte(text)
				return files
			case ofInvocation.ReplaceAllString(part, "event$2"):
				after = i + 1
			}
		}
		return slices.Insert(files, after, txtar.File{Name: part, Data: []byte(text)})
	})
}

// remove removes a part.
func (f form) remove(part string) error {
	if f.archive == "" {
		return os.Remove(string(f.file(part)))
	}
	return f.edit(func(files []txtar.File) []txtar.File {
		return slices.DeleteFunc(files, func(f txtar.File) bool { return partName(f.Name) == part })
	})
}

// edit changes the sections of the archive.
func (f form) edit(change func([]txtar.File) []txtar.File) error {
	data, err := os.ReadFile(f.archive)
	if err != nil {
		return err
	}
	archive := txtar.Parse(data)
	archive.Files = change(archive.Files)
	return os.WriteFile(f.archive, txtar.Format(archive), 0o644)
}

// readArchive adds the parts of a case that is one file:
// https://pkg.go.dev/golang.org/x/tools/txtar.
func (p *parts) readArchive(text []byte) {
	archive := txtar.Parse(text)
	line := 1 + strings.Count(string(archive.Comment), "\n")
	for _, f := range archive.Files {
		line++ // the marker
		p.add(&Part{Name: partName(f.Name), File: p.form.file(""), Line: line, Text: string(f.Data)})
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
// response2 of the case orders.list-late.
func splitFile(file string) (stem, part string, ok bool) {
	if m := numberedFile.FindStringSubmatch(file); m != nil {
		return m[1], m[2], true
	}
	for _, k := range kinds {
		if stem, ok := strings.CutSuffix(file, k.ending); ok && stem != "" {
			return stem, k.name, true
		}
	}
	stem, ok = strings.CutSuffix(file, ".json")
	return stem, "event", ok && stem != ""
}
