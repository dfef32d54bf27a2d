package runtimeapi

import (
	"encoding/binary"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"sqlambda/internal/jsontext"
	"sqlambda/internal/plaintext"
)

// Level is how grave a log message is. The names are those of AWS_LAMBDA_LOG_LEVEL.
type Level int8

// The levels, the least first.
const (
	LevelTrace Level = iota
	LevelDebug
	LevelInfo
	LevelWarn
	LevelError
	LevelFatal
)

var levelNames = [...]string{"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"}

// String returns the level's name, such as WARN.
func (l Level) String() string {
	if l < LevelTrace || l > LevelFatal {
		return "Level(" + strconv.Itoa(int(l)) + ")"
	}
	return levelNames[l]
}

// ParseLevel finds a level by its name, in any case. For another name it returns [LevelTrace].
func ParseLevel(name string) (level Level, ok bool) {
	i := slices.IndexFunc(levelNames[:], func(known string) bool { return strings.EqualFold(known, name) })
	return Level(max(i, 0)), i >= 0
}

// Logger writes a function's log. [Environment.Logger] makes one. Many goroutines may use it at
// the same time; a message is one write. Errors of the writer are ignored. A nil Logger writes
// nothing.
//
// A line of text, as in Lambda's own runtimes, is
//
//	2026-07-01T12:00:00.000Z<tab>request id<tab>INFO<tab>message data
//
// A line break inside it is written as a carriage return, which CloudWatch Logs keeps in one
// event, and four blanks: what a message says cannot look like a line of its own. Other
// control characters are escaped, as \u001b is. A line of JSON is
//
//	{"timestamp":"2026-07-01T12:00:00.000Z","level":"INFO","requestId":"…","message":"…","data":{…}}
//
// and one of an error also has errorType, errorMessage and stackTrace. What is not there
// (requestId outside an invocation, data) is left out.
//
// A frame has the same text without the line's end, line breaks as they are, behind 16 bytes
// (big-endian): the type 0xA55A0000 with the format in bits 0 and 1 (3 text, 2 JSON) and the level
// in bits 2 to 4 (1 TRACE … 6 FATAL), the length as 4 bytes, and as 8 the microseconds since 1970.
type Logger struct {
	writer io.Writer
	json   bool
	framed bool
	least  Level
	now    func() time.Time

	mu     sync.Mutex
	buffer []byte
}

// Log writes a message if its level is enabled. Data is JSON text, or empty; it is the
// caller's to see that it is valid. RequestID is empty outside an invocation.
//
// More than 256 KiB of a message are cut off: CloudWatch Logs takes events of at most 1 MiB.
// Data that is longer is left out, as it cannot be cut, and the message says so.
func (l *Logger) Log(level Level, requestID, message string, data []byte) {
	if l == nil || level < l.least {
		return
	}
	message = cut(message, maxMessage)
	if len(data) > maxMessage {
		message += " (its data, " + strconv.Itoa(len(data)) + " bytes, are left out)"
		data = nil
	}
	l.write(level, requestID, message, func(b []byte) []byte {
		before := " "
		if l.json {
			before = `,"data":`
		}
		if len(data) > 0 {
			b = jsontext.AppendValue(append(b, before...), data)
		}
		return b
	})
}

// Error writes an error of an invocation, or of the init without a requestID, whatever the level.
func (l *Logger) Error(requestID string, e *Error) {
	if l == nil {
		return
	}
	message, detail := cut(e.Message, maxMessage), cut(e.Detail, maxMessage)
	if !l.json {
		message = cut(e.Type, maxType) + ": " + message
	}
	l.write(LevelError, requestID, message, func(b []byte) []byte {
		if l.json {
			b = e.appendFields(append(b, ','))
			if detail != "" {
				b = jsontext.Append(append(b, `,"detail":`...), detail)
			}
			return b
		}
		for _, place := range e.StackTrace {
			b = plaintext.Append(append(b, "\n    at "...), place)
		}
		if detail != "" {
			b = plaintext.Append(b, "\n"+detail)
		}
		return b
	})
}

const (
	frameHeader   = 16
	timestampForm = "2006-01-02T15:04:05.000Z"
	keptLogBuffer = 64 << 10
)

// write writes a line or a frame: a message, and behind it what more appends.
func (l *Logger) write(level Level, requestID, message string, more func([]byte) []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	at := l.now().UTC()
	b := l.buffer[:0]
	if l.framed {
		b = append(b, make([]byte, frameHeader)...)
	}
	if l.json {
		b = append(at.AppendFormat(append(b, `{"timestamp":"`...), timestampForm), `","level":"`...)
		b = append(append(b, levelNames[level]...), '"')
		if requestID != "" {
			b = jsontext.Append(append(b, `,"requestId":`...), requestID)
		}
		b = jsontext.Append(append(b, `,"message":`...), message)
		b = append(more(b), '}')
	} else {
		b = append(at.AppendFormat(b, timestampForm), '\t')
		b = append(plaintext.Append(b, requestID), '\t')
		b = append(append(b, levelNames[level]...), '\t')
		b = more(plaintext.Append(b, message))
	}
	if l.framed {
		kind := uint32(0xA55A0003)
		if l.json {
			kind = 0xA55A0002
		}
		binary.BigEndian.PutUint32(b, kind+uint32(level+1)<<2)
		binary.BigEndian.PutUint32(b[4:], uint32(len(b)-frameHeader))
		binary.BigEndian.PutUint64(b[8:], uint64(at.UnixMicro()))
	} else {
		for i, c := range b {
			if c == '\n' {
				b[i] = '\r'
			}
		}
		b = append(b, '\n')
	}
	l.writer.Write(b)
	if cap(b) <= keptLogBuffer {
		l.buffer = b
	}
}
