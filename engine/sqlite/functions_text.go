package sqlite

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strconv"
	"strings"

	"sqlambda/engine/sqlite/internal/sqlite3"
	"sqlambda/event"
)

// truth is bool(x): 1 or 0, as SQL's own conditions see x; of a text the words
// true and false, as JSON and query strings have them, count too.
func truth(_ *Conn, args arguments) (event.Value, error) {
	if args.Real(0) != 0 || strings.EqualFold(strings.TrimSpace(args.Text(0)), "true") {
		return event.IntegerValue(1), nil
	}
	return event.IntegerValue(0), nil
}

func hashSHA256(_ *Conn, args arguments) (event.Value, error) {
	sum := sha256.Sum256(args.Bytes(0))
	return event.BlobValue(string(sum[:])), nil
}

func hmacSHA256(_ *Conn, args arguments) (event.Value, error) {
	mac := hmac.New(sha256.New, args.Bytes(0))
	mac.Write(args.Bytes(1))
	return blobOf(mac.Sum(nil)), nil
}

func encodeBase64(c *Conn, args arguments) (event.Value, error) {
	data := args.Bytes(0)
	if base64.StdEncoding.EncodedLen(len(data)) > c.longestValue() {
		return event.Value{}, c.tooBig()
	}
	return event.TextValue(base64.StdEncoding.EncodeToString(data)), nil
}

// decodeBase64 is from_base64(text): a BLOB, of either alphabet, with padding or
// without it.
func decodeBase64(c *Conn, args arguments) (event.Value, error) {
	decoded, err := event.DecodeBase64(args.Text(0))
	if err != nil {
		return event.Value{}, c.fault("from_base64: " + err.Error())
	}
	return blobOf(decoded), nil
}

// blobOf is a BLOB that takes the bytes over.
func blobOf(b []byte) event.Value { return event.BlobValue(sqlite3.Text(b)) }

// gunzip is gunzip(blob): a BLOB, no larger than SQLite lets a value be.
func gunzip(c *Conn, args arguments) (event.Value, error) {
	data, err := event.Gunzip(args.Text(0), c.longestValue(), nil)
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
func percentEncode(c *Conn, args arguments) (event.Value, error) {
	text := args.Bytes(0)
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
	return event.TextValue(sqlite3.Text(encoded)), nil
}

func isUnreserved(b byte) bool {
	return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9' || b == '-' || b == '_' || b == '.' || b == '~'
}

// percentDecode is url_decode(x): the inverse of url_encode; a plus is a blank, as in
// forms and in the object keys of S3's events.
func percentDecode(c *Conn, args arguments) (event.Value, error) {
	text := args.Text(0)
	decoded, mistake := event.PercentDecode(text, true)
	if mistake >= 0 {
		return event.Value{}, c.fault("url_decode: invalid URL escape " + strconv.Quote(text[mistake:min(mistake+3, len(text))]))
	}
	return event.TextValue(decoded), nil
}
