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
	out, err := os.CreateTemp(filepath.Dir(name), ".sqlambda-*.zip")
	if err != nil {
		return nil, cannotWrite(name, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(out.Name()))
		}
	}()
	zip, err = p.Write(ctx, out, progress)
	if err = errors.Join(err, out.Chmod(0o644), out.Close()); err != nil {
		if failed, ok := errors.AsType[*fs.PathError](err); ok && failed.Path == out.Name() {
			err = cannotWrite(name, failed)
		}
		return nil, err
	}
	return zip, os.Rename(out.Name(), name)
}

// cannotWrite is an error of the temporary file, with the name of the zip.
func cannotWrite(name string, err error) error {
	if failed, ok := errors.AsType[*fs.PathError](err); ok {
		err = failed.Err
	}
	return fmt.Errorf("%s cannot be written: %w", name, err)
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
