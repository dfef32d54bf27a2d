package event

import (
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"io"
	"strings"
)

// MaxText is how long a text may become that a modifier makes: 32 MiB. A longer one is
// missing.
const MaxText = 32 << 20

// DecodeBase64 decodes base64 of the standard or the URL-safe alphabet, or of both. It
// needs no padding, and ignores line breaks.
func DecodeBase64(text string) ([]byte, error) {
	text = strings.TrimRight(text, "=\r\n")
	if strings.ContainsAny(text, "-_") {
		text = strings.NewReplacer("-", "+", "_", "/").Replace(text)
	}
	return base64.RawStdEncoding.DecodeString(text)
}

// base64Data returns the data that a base64 string holds; nil where there are none.
func base64Data(e Event) []byte {
	if e.kind() != '"' || !e.memory.need(base64.RawStdEncoding.DecodedLen(len(e.raw))) {
		return nil
	}
	data, err := DecodeBase64(e.text())
	if err != nil {
		return nil
	}
	return data
}

// fromBase64 returns the text that a base64 string holds.
func fromBase64(e Event, _ string) Event {
	data := base64Data(e)
	if data == nil {
		return Event{}
	}
	return textEvent(validText(data, e.memory), e.memory)
}

// gunzip returns the text whose gzip data a base64 string holds.
func gunzip(e Event, _ string) Event {
	m := e.memory
	packed := base64Data(e)
	text, err := Gunzip(view(packed), MaxText, m)
	m.Release(cap(packed))
	if err != nil {
		return Event{}
	}
	return textEvent(validText(text, m), m)
}

// ErrTooLong is returned for data that unpack to more than is allowed.
var ErrTooLong = errors.New("the data is too long")

// Gunzip returns what gzip data holds, up to most bytes: all of its members, each with its
// checksum verified. It takes zlib data as well. The memory, which may be nil, counts it.
func Gunzip(packed string, most int, m *Memory) ([]byte, error) {
	var r io.Reader
	var err error
	size := unpackedSize(packed)
	if strings.HasPrefix(packed, "\x78") {
		r, err = zlib.NewReader(strings.NewReader(packed))
		size = 4 * len(packed)
	} else {
		r, err = gzip.NewReader(strings.NewReader(packed))
	}
	if err != nil {
		return nil, err
	}
	text := m.make(min(size, most) + 1)
	for text != nil {
		n, err := r.Read(text[len(text):cap(text)])
		text = text[:len(text)+n]
		switch {
		case len(text) > most:
			return nil, ErrTooLong
		case err == io.EOF:
			return text, nil
		case err != nil:
			return nil, err
		}
		if len(text) == cap(text) { // the estimate was wrong
			small := text
			if text = m.make(min(2*len(small)+512, most+1)); text != nil {
				text = append(text, small...)
				m.Release(cap(small))
			}
		}
	}
	return nil, &MemoryError{}
}

// unpackedSize estimates the size of the text from what gzip data says in its last four
// bytes, so that it is allocated once, with a byte of room that lets the reader see the end.
func unpackedSize(packed string) int {
	if len(packed) < 4 {
		return 0
	}
	size := binary.LittleEndian.Uint32([]byte(packed[len(packed)-4:]))
	const ratio = 1032 // no deflate data unpacks to more
	return min(int(size), len(packed)*ratio)
}
