package sqlite

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
	"time"

	"github.com/google/uuid"

	"sqlambda/engine/sqlite/internal/sqlite3"
	"sqlambda/event"
)

// truth is bool(x): 1 or 0, as SQL's own conditions see x; of a text the words
// true and false, as JSON and query strings have them, count too.
func truth(_ *Conn, args arguments) (event.Value, error) {
	return truthOf(args.Real(0) != 0 || strings.EqualFold(strings.TrimSpace(args.Text(0)), "true")), nil
}

func truthOf(is bool) event.Value {
	if is {
		return event.IntegerValue(1)
	}
	return event.IntegerValue(0)
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
		return event.Value{}, errTooBig
	}
	return event.TextValue(base64.StdEncoding.EncodeToString(data)), nil
}

// decodeBase64 is from_base64(text): a BLOB, of either alphabet, with padding or
// without it.
func decodeBase64(c *Conn, args arguments) (event.Value, error) {
	decoded, err := event.DecodeBase64(args.Text(0))
	if err != nil {
		return event.Value{}, fmt.Errorf("from_base64: %w", err)
	}
	return blobOf(decoded), nil
}

// blobOf is a BLOB that takes the bytes over.
func blobOf(b []byte) event.Value { return event.BlobValue(sqlite3.Text(b)) }

// gunzip is gunzip(blob): a BLOB, no larger than SQLite lets a value be.
func gunzip(c *Conn, args arguments) (event.Value, error) {
	data, err := event.Gunzip(args.Text(0), c.longestValue(), nil)
	if errors.Is(err, event.ErrTooLong) {
		return event.Value{}, errors.New("gunzip: the data is larger than " + megabytes(int64(c.longestValue())))
	}
	if err != nil {
		return event.Value{}, fmt.Errorf("gunzip: %w", err)
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
		return event.Value{}, errTooBig
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
		return event.Value{}, fmt.Errorf("url_decode: invalid URL escape %q", text[mistake:min(mistake+3, len(text))])
	}
	return event.TextValue(decoded), nil
}

// random and randomblob repeat what the configuration's randomness gives. Where it has none,
// SQLite's own serve.
func random(c *Conn, _ arguments) (event.Value, error) {
	return event.IntegerValue(int64(c.config.Random.Uint64())), nil
}

func randomBlob(c *Conn, args arguments) (event.Value, error) {
	blob := make([]byte, int(min(max(args.Real(0), 1), float64(c.longestValue()))))
	c.config.Random.Read(blob)
	return blobOf(blob), nil
}

// uuidv4 is uuid(): https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-4.
func uuidv4(c *Conn, _ arguments) (event.Value, error) {
	id, err := c.uuid()
	return event.TextValue(id.String()), err
}

func (c *Conn) uuid() (uuid.UUID, error) {
	if c.config.Random == nil {
		return uuid.NewRandom()
	}
	return uuid.NewRandomFromReader(c.config.Random)
}

// uuidv7 is the connection's time with chance after it:
// https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-7.
func uuidv7(c *Conn, _ arguments) (event.Value, error) {
	if c.config.Random == nil && c.config.Now.IsZero() {
		id, err := uuid.NewV7()
		return event.TextValue(id.String()), err
	}
	id, err := c.uuid()
	now := cmp.Or(c.config.Now, time.Now())
	milliseconds := binary.BigEndian.AppendUint64(nil, uint64(now.UnixMilli()))
	copy(id[:6], milliseconds[2:])
	id[6] = 0x70 | id[6]&0x0f
	return event.TextValue(id.String()), err
}

// patterns are the compiled patterns of a connection.
type patterns struct {
	compiled map[string]*regexp.Regexp
	size     int // of all of them, in instructions
}

// The sizes of a pattern, and of all that are kept, in instructions: 100 bytes of memory each,
// and a step each for every character of the text.
const (
	mostInstructions = 20_000
	mostCompiled     = 40_000
)

// matchRegexp is x REGEXP pattern, which SQLite calls as regexp(pattern, x), with the
// syntax of RE2: https://github.com/google/re2/wiki/Syntax.
func matchRegexp(c *Conn, args arguments) (event.Value, error) {
	re, err := c.patterns.get(args.Bytes(0))
	if err != nil {
		return event.Value{}, err
	}
	return truthOf(re.Match(args.Bytes(1))), nil
}

func (p *patterns) get(pattern []byte) (*regexp.Regexp, error) {
	if re := p.compiled[string(pattern)]; re != nil {
		return re, nil
	}
	if len(pattern) > longestPattern {
		return nil, fmt.Errorf("REGEXP: the pattern has %d bytes, more than %d", len(pattern), longestPattern)
	}
	text, size := string(pattern), 0
	if parsed, err := syntax.Parse(text, syntax.Perl); err == nil { // or Compile tells the mistake
		size = instructions(parsed)
	}
	if size > mostInstructions {
		return nil, fmt.Errorf("REGEXP %.60q: the pattern is too large: its repetitions make %d instructions of it, more than %d", text, size, mostInstructions)
	}
	re, err := regexp.Compile(text)
	if err != nil {
		return nil, fmt.Errorf("REGEXP %q: %w", text, err)
	}
	if p.size += size; p.compiled == nil || p.size > mostCompiled {
		p.compiled, p.size = map[string]*regexp.Regexp{}, size
	}
	p.compiled[text] = re
	return re, nil
}

// instructions is about what a pattern is compiled to: repetitions are written out.
func instructions(re *syntax.Regexp) int {
	n := max(1, len(re.Rune))
	for _, sub := range re.Sub {
		n += instructions(sub)
	}
	if re.Op == syntax.OpRepeat {
		n *= max(re.Min, re.Max, 1)
	}
	return n
}
