package main_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sqlambda/internal/lambdatest"
)

const (
	sixMegabytes = `{ printf '"'; head -c 6291454 /dev/zero | tr '\0' x; printf '"'; }`
	forever      = "exec sleep 60"
	there        = "echo $$ >$FOLDER/new; mv $FOLDER/new $FOLDER/there; "
)

// A process for an invocation may end or be silent at any moment: each event has what became of it.
func TestScriptMoments(t *testing.T) {
	t.Parallel()
	large := `"` + strings.Repeat("x", 6<<20-2) + `"`
	for name, test := range map[string]struct{ text, event, want string }{
		"reads nothing, writes 6 MB":     {sixMegabytes, large, large},
		"reads late":                     {"sleep 0.2; exec cat", large, large},
		"closes all":                     {"exec <&- >&- 2>&-", large, "null"},
		"ignores signals":                {"trap '' TERM INT HUP; while :; do sleep 1; done", "{}", "Function.Timeout"},
		"dies before it reads":           {"kill -9 $$", large, "Function.ExitStatus"},
		"dies while it reads":            {"head -c 100000 >/dev/null; kill -9 $$", large, "Function.ExitStatus"},
		"dies when it has read":          {"cat >/dev/null; kill -9 $$", large, "Function.ExitStatus"},
		"dies in the midst of an answer": {"printf '[1,'; kill -9 $$", large, "Function.ExitStatus"},
		"dies after its answer":          {"echo 1; kill -9 $$", large, "Function.ExitStatus"},
		"two lines":                      {"echo 1; echo 2", "{}", "Function.InvalidResult"},
		"half a line":                    {"printf '[1,'", "{}", "Function.InvalidResult"},
		"JSON over several lines":        {`printf '{\n"a":\n1}\n'`, "{}", "{\n\"a\":\n1}"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t, "script", map[string]string{"script": "#!/bin/sh\n" + test.text + "\n"})
			for range 2 {
				f.becomes(test.event, test.want)
			}
		})
	}
}

// A process that is kept may end or be silent at any moment, too: the next event is answered right.
func TestKeptMoments(t *testing.T) {
	t.Parallel()
	large := `"bad` + strings.Repeat("x", 200_000) + `"` // more than a pipe holds
	for name, test := range map[string]struct{ first, bad, event, want string }{
		"reads nothing, writes 6 MB":     {first: "printf x; " + there + sixMegabytes + "; echo; " + forever, bad: "echo 2", event: large, want: "2"},
		"reads nothing":                  {first: forever, event: large, want: "Function.Timeout"},
		"reads late":                     {first: "sleep 0.2", event: "{}", want: `"good"`},
		"writes 6 MB":                    {bad: sixMegabytes + "; echo", event: large, want: `"` + strings.Repeat("x", 6<<20-2) + `"`},
		"closes its input":               {bad: "exec <&-; echo 1; " + forever, event: large, want: "1"},
		"closes its output":              {bad: "exec >&-; " + forever, event: large, want: "Function.ExitStatus"},
		"closes all":                     {bad: "exec <&- >&- 2>&-; " + forever, event: large, want: "Function.ExitStatus"},
		"a child keeps its output":       {bad: "sleep 60 & echo 1", event: large, want: "1"},
		"ends, and a child has the pipe": {bad: "sleep 60 & exit 3", event: large, want: "Function.ExitStatus"},
		"ignores signals":                {bad: "trap '' TERM INT HUP; while :; do sleep 1; done", event: large, want: "Function.Timeout"},
		"dies before it reads":           {first: there + "kill -9 $$", bad: "echo 2", event: large, want: "2"},
		"dies while it reads":            {first: "head -c 100000 >/dev/null; kill -9 $$", event: large, want: "Function.ExitStatus"},
		"dies when it has read":          {bad: "kill -9 $$", event: large, want: "Function.ExitStatus"},
		"dies in the midst of an answer": {bad: "printf '[1,'; kill -9 $$", event: large, want: "Function.ExitStatus"},
		"dies before the line's end":     {bad: "printf 1; kill -9 $$", event: large, want: "Function.ExitStatus"},
		"dies after its answer":          {bad: "echo 1; kill -9 $$", event: large, want: "1"},
		"two lines":                      {bad: `printf '1\n2\n'`, event: large, want: "1"},
		"half a line":                    {bad: "printf '[1,'; " + forever, event: large, want: "Function.Timeout"},
		"no JSON":                        {bad: "echo hello", event: large, want: "Function.InvalidResult"},
		"JSON over several lines":        {bad: `printf '{\n"a":\n1}\n'`, event: large, want: "Function.InvalidResult"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := scratch(t)
			f := start(t, "script", map[string]string{"script": `#!/bin/sh
mkdir $FOLDER/started 2>/dev/null && { ` + strings.TrimPrefix(test.first+"; ", "; ") + `:; }
while read -r line; do
	case $line in
	*bad*) ` + test.bad + ` ;;
	*) echo '"good"' ;;
	esac
done
`}, "SQLAMBDA_SCRIPT=lines", "FOLDER="+folder)
			if strings.Contains(test.first, there) {
				f.waitFor(filepath.Join(folder, "there"))
			}
			if name == "dies before it reads" {
				f.ended(filepath.Join(folder, "there"))
			}
			f.becomes(test.event, test.want)
			f.becomes("{}", `"good"`)
		})
	}
}

// becomes is answers, with a deadline that is near where it is to be reached.
func (f *function) becomes(event, want string) {
	f.t.Helper()
	if want != "Function.Timeout" {
		f.answers(event, want)
		return
	}
	outcome := f.invoke(lambdatest.Invocation{Payload: []byte(event), Deadline: time.Now().Add(700 * time.Millisecond)})
	if outcome.ErrorType != want {
		f.t.Errorf("%.60s gives %.300s, want %s", event, outcome.Payload, want)
	}
}

// waitFor waits until there is a file.
func (f *function) waitFor(file string) {
	f.t.Helper()
	for {
		if _, err := os.Stat(file); err == nil {
			return
		}
		select {
		case <-f.ctx.Done():
			f.t.Fatalf("there is no %s", file)
		case <-time.After(time.Millisecond):
		}
	}
}

// A second line that comes long after the first answer is nobody's answer.
func TestKeptLateLine(t *testing.T) {
	t.Parallel()
	folder := scratch(t)
	f := start(t, "script", map[string]string{"script": `#!/bin/sh
while read -r line; do
	echo '"first"'
	(while [ ! -e $FOLDER/go ]; do :; done; echo '"late"'; touch $FOLDER/late) &
done
`}, "SQLAMBDA_SCRIPT=lines", "FOLDER="+folder)
	f.answers("1", `"first"`)
	if err := os.WriteFile(filepath.Join(folder, "go"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	f.waitFor(filepath.Join(folder, "late"))
	os.Remove(filepath.Join(folder, "go"))
	f.answers("2", `"first"`)
	if log := f.stop(); !strings.Contains(log, "WARN") {
		t.Errorf("the log does not say so:\n%s", log)
	}
}
