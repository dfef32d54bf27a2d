package runtimeapi

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"
)

func testLogger(w *bytes.Buffer, environment Environment) *Logger {
	logger := environment.Logger(w)
	logger.now = func() time.Time { return time.Date(2026, 7, 1, 14, 0, 0, 1_234_567, time.FixedZone("", 7200)) }
	return logger
}

func TestLogger(t *testing.T) {
	failed := &Error{Type: "Function.SQLError", Message: "no\nsuch", StackTrace: []string{"a.sql:1:2 (q)", "b.sql:3:4"}}
	for _, test := range []struct {
		name string
		log  func(*Logger)
		text string
		json string
	}{
		{
			"a message", func(l *Logger) { l.Log(LevelInfo, "id-1", "hello", nil) },
			"2026-07-01T12:00:00.001Z\tid-1\tINFO\thello\n",
			`{"timestamp":"2026-07-01T12:00:00.001Z","level":"INFO","requestId":"id-1","message":"hello"}` + "\n",
		}, {
			"outside an invocation", func(l *Logger) { l.Log(LevelFatal, "", "bye", nil) },
			"2026-07-01T12:00:00.001Z\t\tFATAL\tbye\n",
			`{"timestamp":"2026-07-01T12:00:00.001Z","level":"FATAL","message":"bye"}` + "\n",
		}, {
			"several lines and data", func(l *Logger) { l.Log(LevelWarn, "id-1", "a\nb", []byte("{\"n\":\n1}")) },
			"2026-07-01T12:00:00.001Z\tid-1\tWARN\ta\r    b {\"n\": 1}\n",
			`{"timestamp":"2026-07-01T12:00:00.001Z","level":"WARN","requestId":"id-1","message":"a\nb","data":{"n": 1}}` + "\n",
		}, {
			"control characters",
			func(l *Logger) { l.Log(LevelInfo, "id\r-1", "\x1b[2J\u009b31m\x7f\x9b", []byte("[\"\u009b\"]")) },
			"2026-07-01T12:00:00.001Z\tid\r    -1\tINFO\t\\u001b[2J\\u009b31m\\u007f\ufffd [\"\\u009b\"]\n",
			`{"timestamp":"2026-07-01T12:00:00.001Z","level":"INFO","requestId":"id\r-1","message":"\u001b[2J\u009b31m\u007f` + "\ufffd" + `","data":["\u009b"]}` + "\n",
		}, {
			"control characters of an error",
			func(l *Logger) {
				l.Error("", &Error{Type: "X\x1b", Message: "m\x1b", StackTrace: []string{"a\x1b\nb"}, Detail: "d\x1b"})
			},
			"2026-07-01T12:00:00.001Z\t\tERROR\tX\\u001b: m\\u001b\r    at a\\u001b\r    b\r    d\\u001b\n",
			`{"timestamp":"2026-07-01T12:00:00.001Z","level":"ERROR","message":"m\u001b",` +
				`"errorType":"X\u001b","errorMessage":"m\u001b","stackTrace":["a\u001b\nb"],"detail":"d\u001b"}` + "\n",
		}, {
			"empty data", func(l *Logger) { l.Log(LevelDebug, "id-1", "x", []byte{}) },
			"2026-07-01T12:00:00.001Z\tid-1\tDEBUG\tx\n",
			`{"timestamp":"2026-07-01T12:00:00.001Z","level":"DEBUG","requestId":"id-1","message":"x"}` + "\n",
		}, {
			"an error with details", func(l *Logger) { l.Error("", &Error{Type: "Runtime.X", Message: "m", Detail: "1 | SELEC"}) },
			"2026-07-01T12:00:00.001Z\t\tERROR\tRuntime.X: m\r    1 | SELEC\n",
			`{"timestamp":"2026-07-01T12:00:00.001Z","level":"ERROR","message":"m",` +
				`"errorType":"Runtime.X","errorMessage":"m","stackTrace":[],"detail":"1 | SELEC"}` + "\n",
		}, {
			"an error", func(l *Logger) { l.Error("id-1", failed) },
			"2026-07-01T12:00:00.001Z\tid-1\tERROR\tFunction.SQLError: no\r    such\r    at a.sql:1:2 (q)\r    at b.sql:3:4\n",
			`{"timestamp":"2026-07-01T12:00:00.001Z","level":"ERROR","requestId":"id-1","message":"no\nsuch",` +
				`"errorType":"Function.SQLError","errorMessage":"no\nsuch","stackTrace":["a.sql:1:2 (q)","b.sql:3:4"]}` + "\n",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			for format, want := range map[bool]string{false: test.text, true: test.json} {
				var b bytes.Buffer
				test.log(testLogger(&b, Environment{JSONLogs: format}))
				if b.String() != want {
					t.Errorf("JSON %t:\n%swant:\n%s", format, &b, want)
				}
				if format && !json.Valid(b.Bytes()) {
					t.Error("this is no JSON")
				}
			}
		})
	}
}

// A message below the least level is dropped, an error of an invocation never.
func TestLoggerLevels(t *testing.T) {
	for least := LevelTrace; least <= LevelFatal; least++ {
		var b bytes.Buffer
		logger := testLogger(&b, Environment{LogLevel: least})
		for level := LevelTrace; level <= LevelFatal; level++ {
			b.Reset()
			logger.Log(level, "", "x", nil)
			if written := b.Len() > 0; written != (level >= least) {
				t.Errorf("%d with AWS_LAMBDA_LOG_LEVEL=%d: written %t", level, least, written)
			}
		}
		b.Reset()
		logger.Error("", &Error{Type: "Function.X"})
		if b.Len() == 0 {
			t.Errorf("AWS_LAMBDA_LOG_LEVEL=%d drops an error", least)
		}
	}
}

// The frames of the telemetry file descriptor, as Lambda's own runtimes write them.
func TestLoggerFrames(t *testing.T) {
	for _, test := range []struct {
		json  bool
		level Level
		kind  uint32
	}{
		{false, LevelTrace, 0xA55A0007},
		{false, LevelDebug, 0xA55A000B},
		{false, LevelInfo, 0xA55A000F},
		{false, LevelWarn, 0xA55A0013},
		{false, LevelError, 0xA55A0017},
		{false, LevelFatal, 0xA55A001B},
		{true, LevelTrace, 0xA55A0006},
		{true, LevelInfo, 0xA55A000E},
		{true, LevelFatal, 0xA55A001A},
	} {
		t.Run(fmt.Sprintf("%s/json=%t", levelNames[test.level], test.json), func(t *testing.T) {
			read, write, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer read.Close()
			logger := testLogger(nil, Environment{TelemetryFD: int(write.Fd()), JSONLogs: test.json})
			logger.Log(test.level, "id", "two\nlines", nil)
			write.Close()
			var frame [1024]byte
			n, _ := read.Read(frame[:])
			message := string(frame[16:n])
			if kind := binary.BigEndian.Uint32(frame[:]); kind != test.kind {
				t.Errorf("type %08X, want %08X", kind, test.kind)
			}
			if length := binary.BigEndian.Uint32(frame[4:]); int(length) != len(message) {
				t.Errorf("length %d of %d bytes", length, len(message))
			}
			if at := binary.BigEndian.Uint64(frame[8:]); at != 1782907200001234 {
				t.Errorf("time %d", at)
			}
			if want := "two\n    lines"; !test.json && !strings.HasSuffix(message, "\t"+want) {
				t.Errorf("message %q", message)
			}
		})
	}
}

// A descriptor is the process's. A Logger that is collected does not close it: its number may
// be that of a connection by then.
func TestLoggerKeepsTelemetryOpen(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	defer write.Close()
	testLogger(nil, Environment{TelemetryFD: int(write.Fd())}).Log(LevelInfo, "", "last words", nil)
	for range 5 {
		runtime.GC()
		time.Sleep(time.Millisecond) // finalizers run in a goroutine
		if _, err := write.Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
	}
}

// Workers that log at the same time do not mix their lines.
func TestLoggerConcurrently(t *testing.T) {
	var b bytes.Buffer
	logger := Environment{JSONLogs: true}.Logger(&b)
	var workers sync.WaitGroup
	for n := range 4 {
		workers.Go(func() {
			for range 200 {
				logger.Log(LevelInfo, fmt.Sprint(n), strings.Repeat(fmt.Sprint(n), 100), nil)
			}
		})
	}
	workers.Wait()
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	if len(lines) != 800 {
		t.Errorf("%d lines", len(lines))
	}
	for _, line := range lines {
		var entry struct{ RequestID, Message string }
		if err := json.Unmarshal([]byte(line), &entry); err != nil ||
			entry.Message != strings.Repeat(entry.RequestID, 100) {
			t.Fatalf("line %s: %v", line, err)
		}
	}
}

func TestLoggerAllocations(t *testing.T) {
	for _, format := range []bool{false, true} {
		logger := Environment{JSONLogs: format}.Logger(discard{})
		data := []byte(`{"a":1}`)
		if n := testing.AllocsPerRun(100, func() { logger.Log(LevelInfo, "id", "hello", data) }); n > 0 {
			t.Errorf("JSON %t: %v allocations for a message", format, n)
		}
	}
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// FuzzLogger: whatever is logged, a message is one line, without control characters, that
// begins with the time; one of JSON says it.
func FuzzLogger(f *testing.F) {
	f.Add("id", "a\nb \"c\" \\ \x00 \xff é \u2028 \x1b[2J \u009b")
	f.Fuzz(func(t *testing.T, id, message string) {
		var text, b bytes.Buffer
		Environment{}.Logger(&text).Log(LevelInfo, id, message, nil)
		for part := range strings.SplitSeq(strings.TrimSuffix(text.String(), "\n"), "\r") {
			if !strings.HasPrefix(part, "    ") && !strings.HasPrefix(part, "20") || strings.ContainsFunc(part, isControl) {
				t.Fatalf("%q is logged as %q", message, &text)
			}
		}
		Environment{JSONLogs: true}.Logger(&b).Log(LevelInfo, id, message, nil)
		line, ended := strings.CutSuffix(b.String(), "\n")
		if !ended || strings.ContainsFunc(line, isControl) {
			t.Fatalf("not one line: %q", b.String())
		}
		var entry struct{ RequestID, Message string }
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if entry.Message != validUTF8(message) || entry.RequestID != validUTF8(id) {
			t.Fatalf("%s says %q", line, entry.Message)
		}
	})
}

func isControl(r rune) bool { return unicode.IsControl(r) && r != '\t' }

// validUTF8 replaces each byte that is no UTF-8, as JSON and Go's ranges do.
func validUTF8(s string) string { return string([]rune(s)) }
