package sqlite

import (
	"bytes"
	"strconv"
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// Some functions of SQLite take time that grows with the product of the sizes of their
// arguments, and nothing can interrupt them: with two texts of an event, hours. Those are
// replaced by functions of the same result that look at the clock; where there is none,
// large arguments are refused. Arguments whose product is small are left to SQLite's.

// bounded are the functions that are bounded, with the number of their arguments.
var bounded = [...]struct {
	name      string // ends with NUL
	arguments int32
	function  func(*libc.TLS, uintptr, int32, uintptr)
}{
	{"like\x00", 2, boundedLike},
	{"like\x00", 3, boundedLike3},
	{"glob\x00", 2, boundedGlob},
	{"instr\x00", 2, boundedInstr},
	{"replace\x00", 3, boundedReplace},
	{"trim\x00", 2, boundedTrim},
	{"ltrim\x00", 2, boundedLeftTrim},
	{"rtrim\x00", 2, boundedRightTrim},
	{"json_patch\x00", 2, boundedJSONPatch},
	{"jsonb_patch\x00", 2, boundedJSONBPatch},
	{"geopoly_overlap\x00", 2, boundedOverlap},
	{"geopoly_within\x00", 2, boundedWithin},
}

// The places of bounded, for the functions to find what they stand for.
const (
	like = iota
	like3
	glob
	instr
	replaceAll
	trim
	leftTrim
	rightTrim
	jsonPatch
	jsonbPatch
	overlap
	within
	boundedFunctions
)

// unbounded are the addresses of SQLite's own functions. They are the same for all
// connections, and change under the lock of opening.
var unbounded [boundedFunctions]uintptr

// boundAll has even small arguments handled by the functions of this package, for tests.
var boundAll bool

const (
	// smallProduct is what SQLite's functions are left with: milliseconds.
	smallProduct = 1 << 22
	// largestProduct is what functions may be given that cannot look at the clock: some
	// hundred milliseconds.
	largestProduct = 1 << 32
	// checkBytes is the number of bytes compared between two looks at the clock.
	checkBytes = 1 << 20
)

// findFunction is SQLite's, for which there is no public call.
//
//go:linkname findFunction modernc.org/sqlite/lib._sqlite3FindFunction
func findFunction(tls *libc.TLS, db, name uintptr, arguments int32, encoding, create uint8) uintptr

// boundFunctions replaces the functions that are to be bounded. What SQLite knows of
// them stays, such as that LIKE may use an index.
func (h handle) boundFunctions() {
	for i := range bounded {
		b := &bounded[i]
		def := objectAt[lib.TFuncDef](findFunction(h.tls, h.db, addressOf(b.name), b.arguments, lib.SQLITE_UTF8, 0))
		if ours := functionPointer(b.function); def != nil && def.FxSFunc != ours {
			unbounded[i], def.FxSFunc = def.FxSFunc, ours
		}
	}
}

// call is a call of a bounded function.
type call struct {
	arguments
	context uintptr
	work    int // since the last look at the clock
}

// ownFunction calls SQLite's function of that place in bounded.
func (c *call) ownFunction(place int) {
	f := *(*func(*libc.TLS, uintptr, int32, uintptr))(unsafe.Pointer(&struct{ uintptr }{unbounded[place]}))
	f(c.tls, c.context, int32(c.n), c.argv)
}

// isSmall says whether SQLite's own function is to be called.
func (c *call) isSmall() bool {
	if boundAll {
		return c.isNull(0) || c.isNull(1)
	}
	return c.product(0, 1) <= smallProduct
}

// product is that of the sizes of two arguments; 0 where one is no text or blob.
func (c *call) product(a, b int) int {
	return c.size(a) * c.size(b)
}

func (c *call) size(i int) int {
	if objectAt[lib.Tsqlite3_value](c.at(i)).Fflags&(lib.MEM_Str|lib.MEM_Blob) == 0 {
		return 0
	}
	return int(lib.Xsqlite3_value_bytes(c.tls, c.at(i)))
}

// over counts work, of a byte that is compared, and now and then looks at the clock. Where
// the time is over the function fails.
func (c *call) over(work int) bool {
	if c.work += work; c.work < checkBytes {
		return false
	}
	c.work = 0
	db := connectionAt(lib.Xsqlite3_context_db_handle(c.tls, c.context))
	if db.FpProgressArg == 0 || isOver(c.tls, db.FpProgressArg) == 0 {
		return false
	}
	lib.Xsqlite3_result_error_code(c.tls, c.context, lib.SQLITE_INTERRUPT)
	return true
}

// index is bytes.Index, which looks at the clock: the place of part in text, or -1. Ok is
// false where the time is over.
func (c *call) index(text, part []byte) (at int, ok bool) {
	const prefix = 32 // for which bytes.Index takes time that grows with the text alone
	head := part[:min(prefix, len(part))]
	for from := 0; ; {
		window := text[from:min(len(text), from+checkBytes)]
		i := bytes.Index(window, head)
		if i < 0 {
			if len(window) < checkBytes {
				return -1, true
			}
			if c.over(len(window)) {
				return -1, false
			}
			from += len(window) - len(head) + 1
			continue
		}
		from += i
		if c.over(i + len(part)) {
			return -1, false
		}
		if len(text)-from < len(part) {
			return -1, true
		}
		if bytes.HasPrefix(text[from:], part) {
			return from, true
		}
		from++
	}
}

// each visits the places of part in text, one behind the other. It is false where the time
// is over.
func (c *call) each(text, part []byte, visit func(at int)) bool {
	for from := 0; ; from += len(part) {
		i, ok := c.index(text[from:], part)
		if i < 0 {
			return ok
		}
		from += i
		visit(from)
	}
}

func boundedInstr(tls *libc.TLS, context uintptr, n int32, argv uintptr) {
	c := &call{arguments: arguments{tls, argv, int(n)}, context: context}
	if c.isSmall() {
		c.ownFunction(instr)
		return
	}
	text, part := c.bytes(0), c.bytes(1)
	isText := !(c.isBlob(0) && c.isBlob(1))
	at, ok := c.index(text, part)
	for ok && isText && at > 0 && isContinuation(text[at]) { // within a character
		var next int
		if next, ok = c.index(text[at+1:], part); next < 0 {
			at = -1
			break
		}
		at += 1 + next
	}
	if !ok {
		return
	}
	if at > 0 && isText {
		at = characters(text[:at])
	}
	lib.Xsqlite3_result_int64(tls, context, int64(at)+1)
}

func boundedReplace(tls *libc.TLS, context uintptr, n int32, argv uintptr) {
	c := &call{arguments: arguments{tls, argv, int(n)}, context: context}
	if c.isSmall() || c.isNull(2) || c.isNull(0) || len(c.bytes(1)) == 0 {
		c.ownFunction(replaceAll)
		return
	}
	text, part, by := c.bytes(0), c.bytes(1), c.bytes(2)
	found := 0
	if !c.each(text, part, func(int) { found++ }) {
		return
	}
	size := len(text) + found*(len(by)-len(part))
	if size > int(connectionAt(lib.Xsqlite3_context_db_handle(tls, context)).FaLimit[lib.SQLITE_LIMIT_LENGTH]) {
		lib.Xsqlite3_result_error_toobig(tls, context)
		return
	}
	p := lib.Xsqlite3_malloc64(tls, uint64(size)+1)
	if p == 0 {
		lib.Xsqlite3_result_error_nomem(tls, context)
		return
	}
	result, from := bytesAt(p, size+1)[:0], 0
	if !c.each(text, part, func(at int) {
		result = append(append(result, text[from:at]...), by...)
		from = at + len(part)
	}) {
		lib.Xsqlite3_free(tls, p)
		return
	}
	_ = append(append(result, text[from:]...), 0)
	lib.Xsqlite3_result_text64(tls, context, p, uint64(size), functionPointer(lib.Xsqlite3_free), lib.SQLITE_UTF8)
}

func boundedTrim(tls *libc.TLS, context uintptr, n int32, argv uintptr) {
	trimBounded(tls, context, n, argv, trim)
}

func boundedLeftTrim(tls *libc.TLS, context uintptr, n int32, argv uintptr) {
	trimBounded(tls, context, n, argv, leftTrim)
}

func boundedRightTrim(tls *libc.TLS, context uintptr, n int32, argv uintptr) {
	trimBounded(tls, context, n, argv, rightTrim)
}

func trimBounded(tls *libc.TLS, context uintptr, n int32, argv uintptr, place int) {
	c := &call{arguments: arguments{tls, argv, int(n)}, context: context}
	if c.isSmall() {
		c.ownFunction(place)
		return
	}
	text, set := c.bytes(0), c.bytes(1)
	ok := true
	if place != rightTrim {
		text, ok = c.trimStart(text, set)
	}
	if ok && place != leftTrim {
		text, ok = c.trimEnd(text, set)
	}
	if ok {
		lib.Xsqlite3_result_text64(tls, context, addressOf(unsafe.String(unsafe.SliceData(text), len(text))), uint64(len(text)), transient, lib.SQLITE_UTF8)
	}
}

// trimStart removes characters of the set from the beginning. Ok is false where the
// time is over.
func (c *call) trimStart(text, set []byte) (rest []byte, ok bool) {
	for len(text) > 0 {
		found := 0
		for s := set; len(s) > 0 && found == 0; {
			n := characterSize(s)
			if bytes.HasPrefix(text, s[:n]) {
				found = n
			}
			if s = s[n:]; c.over(n) {
				return nil, false
			}
		}
		if found == 0 {
			break
		}
		text = text[found:]
	}
	return text, true
}

// trimEnd is trimStart at the end.
func (c *call) trimEnd(text, set []byte) (rest []byte, ok bool) {
	for len(text) > 0 {
		found := 0
		for s := set; len(s) > 0 && found == 0; {
			n := characterSize(s)
			if bytes.HasSuffix(text, s[:n]) {
				found = n
			}
			if s = s[n:]; c.over(n) {
				return nil, false
			}
		}
		if found == 0 {
			break
		}
		text = text[:len(text)-found]
	}
	return text, true
}

func (c *call) isBlob(i int) bool {
	return objectAt[lib.Tsqlite3_value](c.at(i)).Fflags&lib.MEM_Blob != 0
}

func isContinuation(b byte) bool { return b&0xC0 == 0x80 }

// characters counts those of a text as SQLite does.
func characters(text []byte) int {
	n := 0
	for i, b := range text {
		if i == 0 || !isContinuation(b) {
			n++
		}
	}
	return n
}

// characterSize is the size of the first character, as SQLite sees it.
func characterSize(s []byte) int {
	n := 1
	if s[0] >= 0xC0 {
		for n < len(s) && isContinuation(s[n]) {
			n++
		}
	}
	return n
}

func boundedJSONPatch(tls *libc.TLS, context uintptr, n int32, argv uintptr) {
	refuseLarge(tls, context, n, argv, jsonPatch, "json_patch")
}

func boundedJSONBPatch(tls *libc.TLS, context uintptr, n int32, argv uintptr) {
	refuseLarge(tls, context, n, argv, jsonbPatch, "jsonb_patch")
}

func boundedOverlap(tls *libc.TLS, context uintptr, n int32, argv uintptr) {
	refuseLarge(tls, context, n, argv, overlap, "geopoly_overlap")
}

func boundedWithin(tls *libc.TLS, context uintptr, n int32, argv uintptr) {
	refuseLarge(tls, context, n, argv, within, "geopoly_within")
}

// refuseLarge refuses arguments for which a function would take too long.
func refuseLarge(tls *libc.TLS, context uintptr, n int32, argv uintptr, place int, name string) {
	c := &call{arguments: arguments{tls, argv, int(n)}, context: context}
	if c.product(0, 1) <= largestProduct {
		c.ownFunction(place)
		return
	}
	text := name + ": its arguments have " + strconv.Itoa(c.size(0)) + " and " + strconv.Itoa(c.size(1)) +
		" bytes, which would take too long: their product may be at most " + strconv.Itoa(largestProduct)
	lib.Xsqlite3_result_error(tls, context, addressOf(text), int32(len(text)))
}
