package local

import (
	"encoding/base64"
	"encoding/json"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

const talkative = `
-- talk.sql --
-- name: main :one
SELECT print('before'), log_warn('two' || char(10) || 'lines');
SELECT 1 AS x;
-- name: much :many
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) SELECT print('line ' || i || ' ' || hex(zeroblob(50))) FROM n;
`

// tail is the log that comes with an answer.
func (a answer) tail(t *testing.T) string {
	t.Helper()
	text, err := base64.StdEncoding.DecodeString(a.header.Get("X-Amz-Log-Result"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestLogOfAnInvocation(t *testing.T) {
	s := serve(t, talkative)
	used := `\tMax Memory Used: \d+ MB`
	if runtime.GOOS != "linux" {
		used = ""
	}
	for _, init := range []string{`\tInit Duration: \d+\.\d\d ms`, ""} {
		got := s.invoke("talk", "{}", "X-Amz-Log-Type: Tail")
		id := got.header.Get("X-Amzn-RequestId")
		const at = `\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`
		want := `^START RequestId: ` + id + ` Version: \$LATEST
` + at + `\t` + id + `\tINFO\tbefore
` + at + `\t` + id + `\tWARN\ttwo\r    lines
END RequestId: ` + id + `
REPORT RequestId: ` + id + `\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB` + used + init + `\t
$`
		if tail := got.tail(t); !regexp.MustCompile(want).MatchString(tail) {
			t.Errorf("the log is\n%q\nwant\n%s", tail, want)
		}
	}
	s.logged("\tWARN\ttwo\n    lines\nEND ")
}

func TestTailOfALongLog(t *testing.T) {
	s := serve(t, talkative)
	tail := s.invoke("talk.much", "{}", "X-Amz-Log-Type: Tail").tail(t)
	if len(tail) != 4096 || !strings.Contains(tail, "line 2000 ") || strings.Count(s.log.String(), "\tline ") != 2000 {
		t.Errorf("%d bytes, %d lines in all", len(tail), strings.Count(s.log.String(), "\tline "))
	}
}

// TestJSONLogs has functions that log JSON, as Lambda then does too.
func TestJSONLogs(t *testing.T) {
	s := serve(t, talkative, func(o *Options) { o.Environ = append(o.Environ, "AWS_LAMBDA_LOG_FORMAT=JSON") })
	got := s.invoke("talk", "{}", "X-Amz-Log-Type: Tail")
	var kinds []string
	for line := range strings.Lines(got.tail(t)) {
		var e struct {
			Type, Level, Message string
			Record               struct{ RequestID, Version, Status string }
		}
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		kinds = append(kinds, e.Type+e.Level)
		if e.Type != "" && e.Record.RequestID != got.header.Get("X-Amzn-RequestId") {
			t.Errorf("an event of another request: %s", line)
		}
	}
	if got := strings.Join(kinds, " "); got != "platform.start INFO WARN platform.report" {
		t.Errorf("the log has %s", got)
	}
}

func TestEventsForPrograms(t *testing.T) {
	var events, messages buffer
	s := serve(t, talkative, func(o *Options) { o.Log = &Log{JSON: true, Stdout: &events, Stderr: &messages} })
	s.invoke("talk", "{}")
	s.save("talk.sql", "SELECT nope;")
	s.invoke("talk", "{}")
	if err := s.end(); err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for line := range strings.Lines(events.String()) {
		var e struct {
			Time, Type, Function string
			Record               any
		}
		if err := json.Unmarshal([]byte(line), &e); err != nil || !strings.HasPrefix(e.Function, "talk") || e.Record == nil || e.Time == "" {
			t.Errorf("%v in %s", err, line)
		}
		kinds = append(kinds, e.Type)
	}
	want := "platform.start function function platform.report function platform.initReport platform.start platform.report"
	if got := strings.Join(kinds, " "); got != want {
		t.Errorf("the events are\n%s\nwant\n%s\n%s", got, want, events.String())
	}
	if n := strings.Count(messages.String(), "POST /2015-03-31/functions/talk/invocations 200 "); n != 2 {
		t.Errorf("%d requests in\n%s", n, messages.String())
	}
}
