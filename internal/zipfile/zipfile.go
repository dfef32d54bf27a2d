// Package zipfile writes reproducible zips: the same files give the same bytes anywhere.
// Every file has the same time and one of two modes, and files stay in the order in which
// they are added.
//
// It is for what Lambda unpacks: regular files with names below the zip's root, readable
// by all (https://docs.aws.amazon.com/lambda/latest/dg/configuration-function-zip.html).
// Folders have no entries of their own.
package zipfile

import (
	"archive/zip"
	"compress/flate"
	"io"
	"time"
)

// earliest is the first time that a zip can hold.
var earliest = time.Date(1980, time.January, 1, 0, 0, 0, 0, time.UTC)

// Writer writes a zip.
type Writer struct {
	size    counter
	archive *zip.Writer
	headers []*zip.FileHeader // of what was added; the sizes are filled in as it is closed
}

// NewWriter returns a writer of a zip to w.
func NewWriter(w io.Writer) *Writer {
	z := &Writer{}
	z.archive = zip.NewWriter(io.MultiWriter(w, &z.size))
	z.archive.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestCompression)
	})
	return z
}

// Add adds a file: its name, with slashes, whether it is a program, and its content.
func (z *Writer) Add(name string, executable bool, content io.Reader) error {
	header := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: earliest}
	header.SetMode(0o644)
	if executable {
		header.SetMode(0o755)
	}
	z.headers = append(z.headers, header)
	file, err := z.archive.CreateHeader(header)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, content)
	return err
}

// File is a file of a zip, with its sizes in bytes.
type File struct {
	Name       string `json:"name"`
	Executable bool   `json:"executable"`
	Size       int64  `json:"size"` // unpacked
	Packed     int64  `json:"packed"`
}

// Files returns the files of a zip that is closed, in their order.
func (z *Writer) Files() []File {
	files := make([]File, len(z.headers))
	for i, h := range z.headers {
		files[i] = File{h.Name, h.Mode()&0o111 != 0, int64(h.UncompressedSize64), int64(h.CompressedSize64)}
	}
	return files
}

// Size is the number of bytes of the zip, when it is closed.
func (z *Writer) Size() int64 { return int64(z.size) }

// Close ends the zip; the caller closes the writer below it.
func (z *Writer) Close() error { return z.archive.Close() }

// counter counts the bytes that are written to it.
type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
