// Package pack makes the zip of a function: its SQL and data, and the runtime if it is
// asked for. The same files give the same bytes (package zipfile).
//
// It does not look at the SQL, and does not know what belongs in the zip: that is for
// packages inspect and project.
package pack

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"sqlambda/cmd/sqlambda/internal/project"
	"sqlambda/handlers/syntax"
)

// Lambda's limits, in bytes.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const (
	// MostUnpacked is the most that a zip and its layers hold, unpacked.
	MostUnpacked = 250 << 20
	// MostUploaded is the largest zip that can be uploaded; a larger one is put into S3.
	MostUploaded = 50 << 20
	mostLayer    = 10 << 20 // of the runtime's layer, unpacked: it has less
)

// bootstrap is the file that Lambda starts.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html
const bootstrap = "bootstrap"

// Plan is what goes into a zip.
type Plan struct {
	Files    []File
	Problems []syntax.Problem // what keeps the zip from being made; their files are named as in the zip
}

// File is a file that goes into a zip.
type File struct {
	Name       string // in the zip
	Executable bool
	Size       int64 // bytes
	open       func() (io.ReadCloser, error)
}

// Size is the size of all files, in bytes.
func (p *Plan) Size() int64 {
	size := int64(0)
	for _, f := range p.Files {
		size += f.Size
	}
	return size
}

// NewPlan lists what goes into the zip of a folder: its files but for the zip itself, an
// absolute name, and the runtime for a function that has no layer; nil for one that has. An
// error says that the folder cannot be read.
func NewPlan(folder *project.Folder, zip string, runtime []byte) (*Plan, error) {
	names, err := folder.Packed()
	if err != nil {
		return nil, err
	}
	root, err := filepath.EvalSymlinks(folder.Root)
	if err != nil {
		return nil, err
	}
	p := &Plan{}
	for _, name := range names {
		if file := filepath.Join(folder.Root, filepath.FromSlash(name)); file != zip {
			p.add(root, name, file)
		}
	}
	p.judgeDatabases()
	size, with := int64(mostLayer), fmt.Sprintf(" with the runtime's layer, of up to %s", Bytes(mostLayer))
	if runtime != nil {
		p.addRuntime(runtime)
		size, with = 0, ""
	}
	if len(p.Files) == 0 && len(p.Problems) == 0 { // of functions whose SQL is in variables
		p.problem("", "the zip would be empty, and Lambda takes none: --with-runtime puts the runtime in it, or add a file, such as init.sql")
	}
	if size += p.Size(); size > MostUnpacked {
		p.problem("", "the function has %s unpacked%s, and Lambda takes at most %s: put the data on EFS, where SQLAMBDA_DATABASE finds it below /mnt",
			Bytes(size), with, Bytes(MostUnpacked))
	}
	return p, nil
}

// add adds a file, or says why it cannot be added.
func (p *Plan) add(root, name, file string) {
	if !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl) {
		p.problem(strconv.Quote(name), "its name has bytes that are not text: give it another")
		return
	}
	var info fs.FileInfo
	target, err := filepath.EvalSymlinks(file)
	if err == nil {
		info, err = os.Stat(target)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		p.problem(name, "it links to a file that does not exist")
	case err != nil:
		p.problem(name, "it cannot be read: %v", err)
	case !within(root, target):
		p.problem(name, "it links to %s, which is outside of the folder: copy it, or leave it out in %s", target, project.IgnoreFile)
	case info.IsDir():
		p.problem(name, "it links to a folder: Lambda has files only; put the folder itself in its place")
	case !info.Mode().IsRegular():
		p.problem(name, "it is not a regular file: leave it out in %s", project.IgnoreFile)
	default:
		p.Files = append(p.Files, File{
			Name: name, Executable: info.Mode()&0o111 != 0 || runs(target), Size: info.Size(),
			open: func() (io.ReadCloser, error) { return os.Open(target) },
		})
	}
}

// runs reports whether a file is a script with a #! line, or a program for Linux: some systems,
// and some archives, have no run bits.
func runs(name string) bool {
	f, err := os.Open(name)
	if err != nil {
		return false // reading it tells why
	}
	defer f.Close()
	head := make([]byte, 4)
	n, _ := io.ReadFull(f, head)
	return strings.HasPrefix(string(head[:n]), "#!") || string(head[:n]) == "\x7fELF"
}

// within reports whether a file is below a folder; both are free of links.
func within(root, file string) bool {
	name, err := filepath.Rel(root, file)
	return err == nil && filepath.IsLocal(name)
}

// problem adds a problem of a file, or of all where it has no name.
func (p *Plan) problem(name, format string, args ...any) {
	p.Problems = append(p.Problems, syntax.Problem{Severity: syntax.Error, Code: "unpackable", File: name, Message: fmt.Sprintf(format, args...)})
}

// addRuntime adds the runtime.
func (p *Plan) addRuntime(program []byte) {
	if slices.ContainsFunc(p.Files, func(f File) bool { return f.Name == bootstrap }) {
		p.problem(bootstrap, "the folder has one of its own: leave it out in %s, or leave out --with-runtime", project.IgnoreFile)
		return
	}
	p.Files = append(p.Files, File{
		Name: bootstrap, Executable: true, Size: int64(len(program)),
		open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(program)), nil },
	})
	slices.SortFunc(p.Files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
}

// judgeDatabases finds databases whose last changes are in a file beside them, which is not
// packed: the runtime opens a database in the zip as it is, read-only.
func (p *Plan) judgeDatabases() {
	names := map[string]bool{}
	for _, f := range p.Files {
		names[f.Name] = true
	}
	p.Files = slices.DeleteFunc(p.Files, func(f File) bool {
		for _, suffix := range [...]string{"-wal", "-shm", "-journal"} {
			database, ok := strings.CutSuffix(f.Name, suffix)
			if !ok || !names[database] {
				continue
			}
			switch {
			case f.Size > 0 && suffix == "-wal":
				p.problem(database, "its last changes are in %s, which is not packed: run PRAGMA wal_checkpoint(TRUNCATE) in it, or close what has it open", f.Name)
			case f.Size > 0 && suffix == "-journal":
				p.problem(database, "a transaction in it has not ended, %s can undo it and is not packed: close what has it open; where nothing has, read it once with any SQLite, which undoes it", f.Name)
			}
			return true
		}
		return false
	})
}

// Bytes is a size for people, in MB of 1,048,576 bytes, as Lambda counts them, in kB of
// 1,024, or in bytes.
func Bytes(n int64) string {
	switch {
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%.1f kB", float64(n)/(1<<10))
	default:
		return fmt.Sprintf("%d B", n)
	}
}
