package sqlite

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/url"
	"strings"
	"unsafe"

	"zombiezen.com/go/sqlite"

	"sqlambda/event"
)

// textFunction returns the function of that name among those that know nothing
// of an invocation, or nil. Those with arguments return NULL where one is NULL.
func textFunction(name string) *function {
	switch name {
	case "bool":
		return pure(1, truth)
	case "sha256":
		return pure(1, func(_ *Conn, args arguments) (event.Value, error) {
			sum := sha256.Sum256(args.bytes(0))
			return event.BlobValue(string(sum[:])), nil
		})
	case "hmac_sha256":
		return pure(2, func(c *Conn, args arguments) (event.Value, error) {
			mac := hmac.New(sha256.New, args.bytes(0))
			mac.Write(args.bytes(1))
			return event.BlobValue(string(mac.Sum(nil))), nil
		})
	case "base64":
		return pure(1, func(c *Conn, args arguments) (event.Value, error) {
			data := args.bytes(0)
			if base64.StdEncoding.EncodedLen(len(data)) > c.longestValue() {
				return event.Value{}, c.tooBig()
			}
			return event.TextValue(base64.StdEncoding.EncodeToString(data)), nil
		})
	case "from_base64":
		return pure(1, fromBase64)
	case "gunzip":
		return pure(1, gunzip)
	case "url_encode":
		return pure(1, func(c *Conn, args arguments) (event.Value, error) {
			return percentEncode(c, args.bytes(0))
		})
	case "url_decode":
		return pure(1, urlDecode)
	case "regexp":
		return pure(2, new(patterns).match)
	default:
		return randomFunction(name)
	}
}

// pure is a function of n arguments that are not NULL.
func pure(n int, call func(*Conn, arguments) (event.Value, error)) *function {
	return &function{least: n, most: n, pure: true, call: func(c *Conn, args arguments) (event.Value, error) {
		for i := range args.n {
			if args.isNull(i) {
				return event.Value{}, nil
			}
		}
		return call(c, args)
	}}
}

// truth is bool(x): 1 or 0, as SQL's own conditions see x; of a text the words
// true and false, as JSON and query strings have them, count too.
func truth(_ *Conn, args arguments) (event.Value, error) {
	if args.real(0) != 0 || strings.EqualFold(strings.TrimSpace(args.text(0)), "true") {
		return event.IntegerValue(1), nil
	}
	return event.IntegerValue(0), nil
}

// fromBase64 is from_base64(text): a BLOB, of either alphabet, with padding or
// without it.
func fromBase64(c *Conn, args arguments) (event.Value, error) {
	text := bytes.TrimRight(args.bytes(0), "=\r\n")
	encoding := base64.RawStdEncoding
	if bytes.ContainsAny(text, "-_") {
		encoding = base64.RawURLEncoding
		if bytes.ContainsAny(text, "+/") { // both
			text, encoding = bytes.Map(standardAlphabet, text), base64.RawStdEncoding
		}
	}
	decoded := make([]byte, encoding.DecodedLen(len(text)))
	n, err := encoding.Decode(decoded, text)
	if err != nil {
		return event.Value{}, c.fault("from_base64: " + err.Error())
	}
	return blobOf(decoded[:n]), nil
}

func standardAlphabet(r rune) rune {
	switch r {
	case '-':
		return '+'
	case '_':
		return '/'
	}
	return r
}

// blobOf is a BLOB that takes the bytes over.
func blobOf(b []byte) event.Value {
	return event.BlobValue(unsafe.String(unsafe.SliceData(b), len(b)))
}

// longestValue is the number of bytes that a text or blob may have.
func (c *Conn) longestValue() int { return int(c.conn.Limit(sqlite.LimitLength, -1)) }

// gunzip is gunzip(blob): a BLOB, no larger than SQLite lets a value be.
func gunzip(c *Conn, args arguments) (event.Value, error) {
	packed := args.bytes(0)
	data, err := event.Gunzip(unsafe.String(unsafe.SliceData(packed), len(packed)), c.longestValue())
	if errors.Is(err, event.ErrTooLong) {
		return event.Value{}, c.fault("gunzip: the data is larger than " + megabytes(int64(c.longestValue())))
	}
	if err != nil {
		return event.Value{}, c.fault("gunzip: " + err.Error())
	}
	return blobOf(data), nil
}

// percentEncode is url_encode(x): it encodes all but the unreserved characters of RFC
// 3986, as JavaScript's encodeURIComponent does for what matters in a URL.
func percentEncode(c *Conn, text []byte) (event.Value, error) {
	size := len(text)
	for _, b := range text {
		if !isUnreserved(b) {
			size += 2
		}
	}
	if size > c.longestValue() {
		return event.Value{}, c.tooBig()
	}
	const digits = "0123456789ABCDEF"
	encoded := make([]byte, 0, size)
	for _, b := range text {
		if isUnreserved(b) {
			encoded = append(encoded, b)
		} else {
			encoded = append(encoded, '%', digits[b>>4], digits[b&15])
		}
	}
	return event.TextValue(unsafe.String(unsafe.SliceData(encoded), len(encoded))), nil
}

func isUnreserved(b byte) bool {
	return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9' || b == '-' || b == '_' || b == '.' || b == '~'
}

// urlDecode is url_decode(x): the inverse of url_encode; a plus is a blank, as in
// forms and in the object keys of S3's events.
func urlDecode(c *Conn, args arguments) (event.Value, error) {
	text, err := url.QueryUnescape(args.text(0))
	if err != nil {
		return event.Value{}, c.fault("url_decode: " + err.Error())
	}
	return event.TextValue(text), nil
}
