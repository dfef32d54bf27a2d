package event

import (
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
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
	encoding := base64.RawStdEncoding
	if strings.ContainsAny(text, "-_") {
		encoding = base64.RawURLEncoding
		if strings.ContainsAny(text, "+/") {
			text = strings.Map(urlSafe, text)
		}
	}
	return encoding.DecodeString(text)
}

// urlSafe returns what the URL-safe alphabet has for a letter.
func urlSafe(r rune) rune {
	switch r {
	case '+':
		return '-'
	case '/':
		return '_'
	}
	return r
}

// base64Data returns the data that a base64 string holds; nil where there are none.
func base64Data(e Event) []byte {
	m := e.Memory()
	if e.kind() != '"' || !m.need(base64.RawStdEncoding.DecodedLen(len(e.raw))) {
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
	return textEvent(validText(data, e.Memory()), e.Memory())
}

// gunzip returns the text whose gzip data a base64 string holds.
func gunzip(e Event, _ string) Event {
	m := e.Memory()
	packed := base64Data(e)
	text, err := m.Gunzip(view(packed), MaxText)
	m.Release(cap(packed))
	if err != nil {
		return Event{}
	}
	return textEvent(validText(text, m), m)
}

// ErrTooLong is returned for data that unpack to more than is allowed.
var ErrTooLong = errors.New("the data is too long")

// Gunzip returns what gzip data holds, up to most bytes: all of its members, each with its
// checksum verified. It takes zlib data as well.
func Gunzip(packed string, most int) ([]byte, error) { return (*Memory)(nil).Gunzip(packed, most) }

// Gunzip is the function Gunzip, in memory that is counted.
func (m *Memory) Gunzip(packed string, most int) ([]byte, error) {
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
	tail := packed[max(0, len(packed)-4):]
	size := 0
	for i := len(tail) - 1; i >= 0; i-- {
		size = size<<8 | int(tail[i])
	}
	const ratio = 1032 // no deflate data unpacks to more
	return min(size, len(packed)*ratio)
}
