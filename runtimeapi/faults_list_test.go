package runtimeapi

import (
	"fmt"
	"slices"
	"strings"

	"sqlambda/internal/lambdatest"
)

// What the process says where it ends.
const (
	cutOff    outcome = "ended in the middle of a response|connection reset by peer"
	notHTTP11 outcome = "not an HTTP/1.1 response"
	noHeader  outcome = "not a header"
	noLength  outcome = "not a Content-Length"
	headLarge outcome = "head has more than 65536 bytes"
	bodyLarge outcome = "body has more than 6291556 bytes"
	badChunk  outcome = "a chunked body is malformed"
	longChunk outcome = "a line in a chunked body is too long"
	badCoding outcome = "cannot read Transfer-Encoding"
)

// faults lists what can be wrong with an answer. As soon as its head is whole, an answer
// to a POST has been given: what is wrong behind it is harmless.
func faults() []fault {
	return slices.Concat(lengths(), chunkings(), heads(), strangers(), invocations(), statuses())
}

// body is a fault of what says where the body ends, or of the body, which is 7 bytes.
func body(name, framing, body string, next, post outcome) fault {
	return fault{name: name, next: next, post: post, answer: func(s stage) lambdatest.Answer {
		return lambdatest.Answer{Raw: s.wire(framing, strings.ReplaceAll(body, "BODY", s.body))}
	}}
}

// endless is a fault that goes on for as long as the client reads.
func endless(name, framing, body, forever string, next, post outcome) fault {
	return fault{name: name, next: next, post: post, answer: func(s stage) lambdatest.Answer {
		raw := s.wire(framing, body)
		if framing == "" && body == "" {
			raw = []byte(s.line) // it goes on in the head
		}
		return lambdatest.Answer{Raw: raw, Endless: []byte(forever)}
	}}
}

func lengths() []fault {
	const length = "Content-Length: "
	untilClose := body("none at all", "", "BODY", harmless, harmless)
	untilClose.inOrder = true
	short := body("too small", length+"6\r\n", "BODY", harmless, harmless)
	short.event = eventBody[:6]
	list := []fault{
		untilClose, short,
		body("as it should be", length+"7\r\n", "BODY", harmless, harmless),
		body("twice the same", length+"7\r\n"+length+"7\r\n", "BODY", harmless, harmless),
		body("too large", length+"8\r\n", "BODY", cutOff, harmless),
		body("two", length+"7\r\n"+length+"8\r\n", "BODY", "two lengths of one body: 7 and 8", "two lengths"),
		body("over the limit", length+"6291557\r\n", "BODY", bodyLarge, harmless),
		body("of 10 GB", length+"10000000000\r\n", "BODY", bodyLarge, harmless),
		body("the most there is", length+"6291556\r\n", "BODY", cutOff, harmless),
		body("and chunks", length+"99\r\nTransfer-Encoding: chunked\r\n", "7\r\nBODY\r\n0\r\n\r\n", harmless, harmless),
		body("and chunks, the other way round", "Transfer-Encoding: chunked\r\n"+length+"99\r\n", "7\r\nBODY\r\n0\r\n\r\n", harmless, harmless),
		endless("none, and no end", "", "BODY", strings.Repeat("x", 64<<10), bodyLarge, harmless),
	}
	for _, value := range []string{"", "-7", "+7", "7.0", "0x7", "7,7", "7 7", "seven", "9999999999999999999", "99999999999999999999999999999", "\x00"} {
		want := noLength
		if value == "\x00" {
			want = noHeader
		}
		list = append(list, body(fmt.Sprintf("%q", value), length+value+"\r\n", "BODY", want, want))
	}
	for i := range list {
		list[i].name = "length " + list[i].name
	}
	return list
}

func chunkings() []fault {
	const chunked = "Transfer-Encoding: chunked\r\n"
	var list []fault
	for _, c := range []struct {
		name, body string
		next       outcome
	}{
		{"as they should be", "7\r\nBODY\r\n0\r\n\r\n", harmless},
		{"with extensions and trailers", "07; a=\"b\"\r\nBODY\r\n000\r\nA: b\r\nC:\r\n\r\n", harmless},
		{"without the last one", "7\r\nBODY\r\n", cutOff},
		{"without the last line", "7\r\nBODY\r\n0\r\n", cutOff},
		{"size too small", "6\r\nBODY\r\n0\r\n\r\n", badChunk},
		{"size too large", "8\r\nBODY\r\n0\r\n\r\n", badChunk},
		{"size of 4 GB", "FFFFFFFF\r\nBODY\r\n0\r\n\r\n", bodyLarge},
		{"size of nine digits", "100000007\r\nBODY\r\n0\r\n\r\n", badChunk},
		{"size empty", "\r\nBODY\r\n0\r\n\r\n", badChunk},
		{"size negative", "-7\r\nBODY\r\n0\r\n\r\n", badChunk},
		{"size no number", "seven\r\nBODY\r\n0\r\n\r\n", badChunk},
		{"a blank before the extensions", "7 ;a\r\nBODY\r\n0\r\n\r\n", badChunk},
		{"size NUL", "\x00\r\nBODY\r\n0\r\n\r\n", badChunk},
		{"size ends in a line feed alone", "7\nBODY\r\n0\r\n\r\n", badChunk},
		{"no line's end behind the data", "7\r\nBODY0\r\n\r\n", badChunk},
		{"a trailer that is none", "7\r\nBODY\r\n0\r\nA b\r\n\r\n", badChunk},
	} {
		list = append(list, body("chunks, "+c.name, chunked, c.body, c.next, harmless))
	}
	return append(list,
		endless("chunks, endless", chunked, "7\r\n[1,2,3]\r\n", "1000\r\n"+strings.Repeat("x", 4096)+"\r\n", bodyLarge, harmless),
		endless("chunks, of few bytes", chunked, "1\r\n1\r\n", strings.Repeat("20\r\n"+strings.Repeat("x", 32)+"\r\n", 1<<10), bodyLarge, harmless),
		endless("chunks, an endless extension", chunked, "7;", strings.Repeat("x", 1<<10), longChunk, harmless),
		endless("chunks, an endless trailer", chunked, "0\r\nA: ", strings.Repeat("x", 1<<10), longChunk, harmless),
		body("chunks in other codings", "Transfer-Encoding: gzip, chunked\r\n", "BODY", badCoding, badCoding),
		body("chunks twice", chunked+chunked, "BODY", badCoding, badCoding),
		body("gzip", "Transfer-Encoding: gzip\r\n", "BODY", badCoding, badCoding),
	)
}

func heads() []fault {
	const length = "Content-Length: 7\r\n"
	var list []fault
	for _, c := range []struct {
		name, lines string
		want        outcome
	}{
		{"header of 60 KB", "A: " + strings.Repeat("x", 60<<10) + "\r\n", harmless},
		{"header of 1 MB", "A: " + strings.Repeat("x", 1<<20) + "\r\n", headLarge},
		{"header name of 1 MB", strings.Repeat("x", 1<<20) + ": a\r\n", headLarge},
		{"100,000 headers", strings.Repeat("A: b\r\n", 100_000), headLarge},
		{"header with Latin-1", "A: \xe9\r\n", harmless},
		{"header without a value", "A:\r\n", harmless},
		{"header that ends in a line feed", "A: b\n", harmless},
		{"header with NUL", "A: b\x00c\r\n", noHeader},
		{"header name with NUL", "A\x00: b\r\n", noHeader},
		{"header with a carriage return", "A: b\rc\r\n", noHeader},
		{"header without a name", ": b\r\n", noHeader},
		{"header without a colon", "A\r\n", noHeader},
		{"header folded", "A: b\r\n c\r\n", noHeader},
		{"blank before the colon", "A : b\r\n", noHeader},
	} {
		list = append(list, body(c.name, c.lines+length, "BODY", c.want, c.want))
	}
	return append(list,
		endless("endless header", "", "", strings.Repeat("x", 1<<10), headLarge, headLarge),
		endless("endless headers", "", "", "A: b\r\n", headLarge, headLarge),
	)
}

// stranger is a fault that has nothing of the stage's own answer before it.
func stranger(name, before string, again bool, want outcome) fault {
	return fault{name: name, next: want, post: want, answer: func(s stage) lambdatest.Answer {
		raw := []byte(before)
		if again {
			raw = append(raw, s.wire("Content-Length: 7\r\n", s.body)...)
		}
		return lambdatest.Answer{Raw: raw}
	}}
}

func strangers() []fault {
	list := []fault{
		stranger("100 before it", "HTTP/1.1 100 Continue\r\n\r\n", true, harmless),
		stranger("ten times 103 before it", strings.Repeat("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", 10), true, harmless),
		stranger("100 and no more", "HTTP/1.1 100 Continue\r\n\r\n", false, cutOff),
		stranger("101", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n", false, "switched to another protocol"),
	}
	for _, head := range []string{"HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 100 "} {
		list = append(list, fault{name: "endless " + head[:12], next: headLarge, post: headLarge, answer: func(stage) lambdatest.Answer {
			return lambdatest.Answer{Raw: []byte(head), Endless: []byte(head)}
		}})
	}
	for name, text := range map[string]string{
		"an empty line":         "\r\n",
		"NULs":                  strings.Repeat("\x00", 100) + "\n",
		"HTML":                  "<!DOCTYPE html>\n<title>502 Bad Gateway</title>\n",
		"JSON":                  "{\"errorType\":\"InternalError\"}\n",
		"a TLS alert":           "\x15\x03\x01\x00\x02\x02\x28\r\n",
		"HTTP/2":                "\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x80\x00\x04\n\r\n",
		"HTTP/2 as text":        "HTTP/2 200 OK\r\n\r\n",
		"ICY":                   "ICY 200 OK\r\n\r\n",
		"Redis":                 "-ERR unknown command 'GET'\r\n",
		"no status":             "HTTP/1.1\r\n\r\n",
		"a status of letters":   "HTTP/1.1 abc OK\r\n\r\n",
		"a status of two":       "HTTP/1.1 20 OK\r\n\r\n",
		"a status of four":      "HTTP/1.1 2000 OK\r\n\r\n",
		"a status below 100":    "HTTP/1.1 099 OK\r\n\r\n",
		"an endless first line": strings.Repeat("x", 100<<10),
	} {
		want := notHTTP11
		if len(text) > 64<<10 {
			want = headLarge
		}
		list = append(list, stranger(name, text, false, want))
	}
	nothing := fault{name: "nothing", next: retried, post: cutOff, answer: func(stage) lambdatest.Answer { return lambdatest.Answer{Drop: true} }}
	return append(list, nothing)
}

// invocations are answers to one stage alone that are HTTP, but lack something.
func invocations() []fault {
	of := func(only, name, headers string, want outcome) fault {
		return fault{name: name, only: only, next: want, post: want, answer: func(s stage) lambdatest.Answer {
			return lambdatest.Answer{Raw: []byte(s.line + headers + "Connection: close\r\nContent-Length: 7\r\n\r\n" + s.body)}
		}}
	}
	const id = "Lambda-Runtime-Aws-Request-Id: "
	const none = "the invocation has no usable Lambda-Runtime-Aws-Request-Id"
	list := []fault{
		of("register", "no identifier", "", "register: the Runtime API answered with status 200"),
		of("next", "no request id", "", none),
		of("next", "NUL in the request id", id+"a\x00b\r\n", noHeader),
		of("next", "two request ids", id+"faulty\r\n"+id+"other\r\n", harmless),
	}
	for _, value := range []string{"", "a b", "a/b", "../next", "a?b", "é"} {
		list = append(list, of("next", fmt.Sprintf("request id %q", value), id+value+"\r\n", none))
	}
	for _, value := range []string{"", "-1", "1e12", "tomorrow", "99999999999999999999"} {
		list = append(list, of("next", fmt.Sprintf("deadline %q", value), id+"faulty\r\nLambda-Runtime-Deadline-Ms: "+value+"\r\n", harmless))
	}
	return list
}

// statuses are those that mean something to somebody; TestStatuses has all of them.
func statuses() []fault {
	var list []fault
	for _, status := range []int{200, 201, 202, 203, 204, 205, 206, 299, 300, 301, 302, 304, 307, 400, 401, 403, 404, 405, 408, 409, 410, 411, 413, 418, 425, 429, 431, 499, 500, 501, 502, 503, 504, 599, 600, 999} {
		for _, s := range stages() {
			want := outcome(fmt.Sprintf("answered with status %d: ", status))
			switch s.name {
			case "response", "stream", "error":
				if status/100 == 2 || status == 410 || status == 413 {
					want = harmless
				}
			case "init":
				if status/100 == 2 {
					want = harmless
				}
			default:
				if status == 200 {
					want = harmless
				}
			}
			list = append(list, fault{name: fmt.Sprint("status ", status), only: s.name, next: want, post: want, answer: func(s stage) lambdatest.Answer {
				wire := s.wire("Content-Length: 7\r\n", s.body)
				return lambdatest.Answer{Raw: append(fmt.Appendf(nil, "HTTP/1.1 %d Why\r\n", status), wire[len(s.line):]...)}
			}})
		}
	}
	return list
}
