package suite

import (
	"os"
	"path"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"
)

const archiveEnding = ".txtar"

// readArchive reads a case that is one file: https://pkg.go.dev/golang.org/x/tools/txtar.
func (p *parts) readArchive(file string, text []byte) {
	archive := txtar.Parse(text)
	p.archive = file
	p.description = strings.TrimSpace(string(archive.Comment))
	p.form = archiveFile{file}
	line := 1 + strings.Count(string(archive.Comment), "\n")
	for _, f := range archive.Files {
		line++ // its marker
		p.add(&Part{Name: partName(f.Name), File: file, Line: line, Text: string(f.Data)})
		line += strings.Count(string(f.Data), "\n")
	}
}

// partName is the name of a part, which may be written with the ending of its format:
// response.json.
func partName(name string) string {
	switch path.Ext(name) {
	case ".json", ".jsonl", ".txt":
		return strings.TrimSuffix(name, path.Ext(name))
	}
	return name
}

// archiveFile is a txtar file that holds a case.
type archiveFile struct{ name string }

// write puts a text into its section. A section that is new comes after the event that
// it is for, so that the file reads in the order of what happens.
func (a archiveFile) write(part, text string) (string, error) {
	return a.name, a.edit(func(files []txtar.File) []txtar.File {
		after := len(files)
		for i := range files {
			switch partName(files[i].Name) {
			case part:
				files[i].Data = []byte(text)
				return files
			case eventOf(part):
				after = i + 1
			}
		}
		return slices.Insert(files, after, txtar.File{Name: part, Data: []byte(text)})
	})
}

func (a archiveFile) remove(part string) error {
	return a.edit(func(files []txtar.File) []txtar.File {
		return slices.DeleteFunc(files, func(f txtar.File) bool { return partName(f.Name) == part })
	})
}

func (a archiveFile) edit(change func([]txtar.File) []txtar.File) error {
	data, err := os.ReadFile(a.name)
	if err != nil {
		return err
	}
	archive := txtar.Parse(data)
	archive.Files = change(archive.Files)
	return os.WriteFile(a.name, txtar.Format(archive), 0o644)
}

// eventOf is the name of the event whose response or error a part is.
func eventOf(part string) string {
	for _, of := range [...]string{"response", "error"} {
		if number, ok := strings.CutPrefix(part, of); ok {
			return "event" + number
		}
	}
	return ""
}
