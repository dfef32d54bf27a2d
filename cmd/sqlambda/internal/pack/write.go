package pack

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"sqlambda/internal/zipfile"
)

// Zip is a zip that was made. Sizes are in bytes.
type Zip struct {
	Size     int64 `json:"size"`
	Unpacked int64 `json:"unpacked"`
	// CodeSHA256 is its checksum, as Lambda tells it.
	CodeSHA256 string         `json:"codeSha256"`
	Files      []zipfile.File `json:"files"`
}

// Write writes the zip of a plan without problems. If the context ends before, its cause is
// the error. Progress is called with the number of bytes read so far; it may be nil.
func (p *Plan) Write(ctx context.Context, w io.Writer, progress func(read int64)) (*Zip, error) {
	sum := sha256.New()
	archive := zipfile.NewWriter(io.MultiWriter(w, sum))
	read := &meter{ctx: ctx, report: progress}
	for _, f := range p.Files {
		switch err := f.add(archive, read); {
		case ctx.Err() != nil:
			return nil, context.Cause(ctx)
		case err != nil:
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	if err := archive.Close(); err != nil {
		return nil, err
	}
	return &Zip{archive.Size(), p.Size(), base64.StdEncoding.EncodeToString(sum.Sum(nil)), archive.Files()}, nil
}

func (f *File) add(archive *zipfile.Writer, read *meter) error {
	content, err := f.open()
	if err != nil {
		return err
	}
	defer content.Close()
	return archive.Add(f.Name, f.Executable, io.TeeReader(content, read))
}

// WriteFile writes the zip to a file and replaces what was there. If it fails, or the
// context ends before, the file stays as it was.
func (p *Plan) WriteFile(ctx context.Context, name string, progress func(read int64)) (zip *Zip, err error) {
	const prefix = ".sqlambda-" // of the file that becomes the zip
	out, err := os.CreateTemp(filepath.Dir(name), prefix+"*.zip")
	if err == nil {
		zip, err = p.Write(ctx, out, progress)
		if err = errors.Join(err, out.Chmod(0o644), out.Close()); err == nil {
			err = os.Rename(out.Name(), name)
		}
		if err != nil {
			err = errors.Join(err, os.Remove(out.Name()))
		}
	}
	if failed, ok := errors.AsType[*fs.PathError](err); ok && strings.HasPrefix(filepath.Base(failed.Path), prefix) {
		err = fmt.Errorf("%s cannot be written: %w", name, failed.Err)
	}
	return zip, err
}

// meter reports how many bytes have passed, until the context ends.
type meter struct {
	ctx    context.Context
	read   int64
	report func(read int64)
}

func (m *meter) Write(b []byte) (int, error) {
	m.read += int64(len(b))
	if m.report != nil {
		m.report(m.read)
	}
	return len(b), context.Cause(m.ctx)
}
