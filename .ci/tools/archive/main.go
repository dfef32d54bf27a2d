// Command archive writes a .zip or a .tar.gz of some files, below one folder. The same
// files give the same bytes: all have the same time, and no owner.
//
//	archive sqlambda-v1.0.0-linux-arm64.tar.gz dist/sqlambda LICENSE
//
// The folder has the archive's name without its ending. A file that may be executed is a
// program in the archive too, and so is one that ends in .exe.
package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"sqlambda/internal/zipfile"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: archive ARCHIVE FILE...")
		os.Exit(2)
	}
	if err := write(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "archive:", err)
		os.Exit(1)
	}
}

// packer is a kind of archive.
type packer interface {
	Add(name string, executable bool, content io.Reader) error
	Close() error
}

func write(archive string, files []string) error {
	var out bytes.Buffer
	var to packer = zipfile.NewWriter(&out)
	folder, zipped := strings.CutSuffix(filepath.Base(archive), ".zip")
	if !zipped {
		folder = strings.TrimSuffix(folder, ".tar.gz")
		to = newTarball(&out)
	}
	for _, file := range files {
		if err := add(to, folder, file); err != nil {
			return err
		}
	}
	if err := to.Close(); err != nil {
		return err
	}
	return os.WriteFile(archive, out.Bytes(), 0o666)
}

func add(to packer, folder, file string) error {
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	executable := info.Mode()&0o111 != 0 || filepath.Ext(file) == ".exe"
	return to.Add(folder+"/"+filepath.Base(file), executable, bytes.NewReader(content))
}

// tarball is a .tar.gz.
type tarball struct {
	compressed *gzip.Writer
	archive    *tar.Writer
}

func newTarball(w io.Writer) *tarball {
	compressed, _ := gzip.NewWriterLevel(w, gzip.BestCompression) // fails for unknown levels only
	return &tarball{compressed, tar.NewWriter(compressed)}
}

// Add adds a file: its name, with slashes, whether it is a program, and its content.
func (t *tarball) Add(name string, executable bool, content io.Reader) error {
	data, err := io.ReadAll(content)
	if err != nil {
		return err
	}
	mode := int64(0o644)
	if executable {
		mode = 0o755
	}
	header := &tar.Header{Name: name, Mode: mode, Size: int64(len(data)), Format: tar.FormatUSTAR,
		ModTime: time.Date(1980, time.January, 1, 0, 0, 0, 0, time.UTC)}
	if err := t.archive.WriteHeader(header); err != nil {
		return err
	}
	_, err = t.archive.Write(data)
	return err
}

// Close ends the archive.
func (t *tarball) Close() error {
	if err := t.archive.Close(); err != nil {
		return err
	}
	return t.compressed.Close()
}
