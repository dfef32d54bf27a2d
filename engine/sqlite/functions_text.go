package sqlite

import (
	"bytes"
	"compress/gzip"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"strconv"
	"strings"

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
			return event.TextValue(base64.StdEncoding.EncodeToString(args.bytes(0))), nil
		})
	case "from_base64":
		return pure(1, fromBase64)
	case "gunzip":
		return pure(1, gunzip)
	case "url_encode":
		return pure(1, func(c *Conn, args arguments) (event.Value, error) {
			return event.TextValue(percentEncode(args.text(0))), nil
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
	text := strings.NewReplacer("-", "+", "_", "/", "\n", "", "\r", "").Replace(args.text(0))
	decoded, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(text, "="))
	if err != nil {
		return event.Value{}, c.fault("from_base64: " + err.Error())
	}
	return event.BlobValue(string(decoded)), nil
}

// gunzip is gunzip(blob): a BLOB, no larger than SQLite lets a value be.
func gunzip(c *Conn, args arguments) (event.Value, error) {
	r, err := gzip.NewReader(bytes.NewReader(args.bytes(0)))
	if err != nil {
		return event.Value{}, c.fault("gunzip: " + err.Error())
	}
	limit := int64(c.conn.Limit(sqlite.LimitLength, -1))
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return event.Value{}, c.fault("gunzip: " + err.Error())
	}
	if int64(len(data)) > limit {
		return event.Value{}, c.fault("gunzip: the data is larger than " + megabytes(limit))
	}
	return event.BlobValue(string(data)), nil
}

// percentEncode encodes all but the unreserved characters of RFC 3986, as
// JavaScript's encodeURIComponent does for what matters in a URL.
func percentEncode(s string) string {
	return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
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

// patterns are the compiled patterns of a connection.
type patterns struct{ compiled map[string]*regexp.Regexp }

const mostPatterns = 64

// match is x REGEXP pattern, which SQLite calls as regexp(pattern, x), with the
// syntax of RE2: https://github.com/google/re2/wiki/Syntax.
func (p *patterns) match(c *Conn, args arguments) (event.Value, error) {
	pattern := args.text(0)
	re := p.compiled[pattern]
	if re == nil {
		var err error
		if re, err = regexp.Compile(pattern); err != nil {
			return event.Value{}, c.fault(fmt.Sprintf("REGEXP %s: %v", strconv.Quote(pattern), err))
		}
		if p.compiled == nil || len(p.compiled) == mostPatterns {
			p.compiled = map[string]*regexp.Regexp{}
		}
		p.compiled[pattern] = re
	}
	if re.MatchString(args.text(1)) {
		return event.IntegerValue(1), nil
	}
	return event.IntegerValue(0), nil
}
