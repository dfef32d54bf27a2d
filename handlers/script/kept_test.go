//go:build unix

package script

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// echoing answers lines until its input ends.
const echoing = `while read -r line; do
	case $line in
		twice) echo 1; echo 2;;
		late) echo 1; (sleep 0.05; echo 2) & ;;
		last) echo bye; exit 0;;
		fail) echo why >&2; exit 3;;
		part) printf part; exit 0;;
		slow) sleep 30;;
		log) echo note >&2; echo noted;;
		close) exec >&-; sleep 30;;
		large) head -c 7000000 /dev/zero | tr '\0' x; echo;;
		much) head -c 6000000 /dev/zero | tr '\0' x; echo;;
		pid) echo $$;;
		*) echo "$line";;
	esac
done`

// idle is the warning of a process that ended too soon.
const idle = "WARN program ended after its answer, and is started anew: it should read the next line"

// ask starts a process if it has to be, and asks it.
func ask(k *Kept, line string, deadline time.Time) ([]byte, error) {
	if err := k.Start(); err != nil {
		return nil, err
	}
	return k.Ask([]byte(line+"\n"), deadline)
}

func TestKept(t *testing.T) {
	for name, test := range map[string]struct {
		input       []string
		want, fails string // of the last
		log         string
	}{
		"answers":             {input: []string{"a", "b", "c"}, want: "c"},
		"logs":                {input: []string{"log"}, want: "noted", log: "note"},
		"a second line":       {input: []string{"twice", "x"}, want: "x", log: `WARN program wrote "2" after its answer, and is started anew: write it to standard error`},
		"ends with an answer": {input: []string{"last"}, want: "bye"},
		"ended":               {input: []string{"last", "x"}, want: "x", log: "WARN program ended after its answer, and is started anew: it should read the next line"},
		"fails":               {input: []string{"a", "fail"}, fails: "exit status 3: why", log: "why"},
		"goes on":             {input: []string{"fail", "x"}, want: "x", log: "why"},
		"half a line":         {input: []string{"part"}, fails: "exit status 0"},
		"late":                {input: []string{"slow"}, fails: ErrDeadline.Error()},
		"goes on after late":  {input: []string{"slow", "x"}, want: "x"},
		"closes its output":   {input: []string{"close"}, fails: ErrClosed.Error()},
		"too large":           {input: []string{"large"}, fails: ErrTooLarge.Error()},
		"large":               {input: []string{"much", "x"}, want: "x"},
		"much input, unread":  {input: []string{"slow" + strings.Repeat("y", 3<<20)}, want: "slow" + strings.Repeat("y", 3<<20)},
		"much input":          {input: []string{strings.Repeat("y", 3<<20)}, want: strings.Repeat("y", 3<<20)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, log := program(t, echoing)
			k := &Kept{Program: p}
			defer k.Close()
			var got []byte
			var err error
			for _, line := range test.input {
				deadline := soon()
				if line == "slow" {
					deadline = short()
				}
				got, err = ask(k, line, deadline)
				switch r := k.process; line {
				case "last":
					r.move(soon(), func() bool { return r.ended })
				case "twice":
					r.move(soon(), func() bool { return len(r.output) > k.taken })
				}
			}
			if string(got) != test.want || describe(err) != test.fails {
				t.Errorf("answered %.60q, error %q; want %.60q, %q", got, describe(err), test.want, test.fails)
			}
			if log.text() != test.log {
				t.Errorf("log %q, want %q", log.text(), test.log)
			}
		})
	}
}

// A line that comes after the answer belongs to nobody.
func TestLateLine(t *testing.T) {
	p, _ := program(t, echoing)
	k := &Kept{Program: p}
	defer k.Close()
	if got, err := ask(k, "late", soon()); string(got) != "1" || err != nil {
		t.Fatalf("answered %q, error %v", got, err)
	}
	k.process.move(soon(), func() bool { return len(k.process.output) > k.taken }) // the late line has come
	if got, err := ask(k, "x", soon()); string(got) != "x" || err != nil {
		t.Errorf("answered %q, error %v", got, err)
	}
}

// A process that ends after its answer has not had the next line, which one anew answers.
func TestEndsAfterAnswer(t *testing.T) {
	for _, rapid := range []bool{false, true} {
		p, log := program(t, `read -r line; echo "$line"; while [ ! -e next ]; do :; done`)
		k := &Kept{Program: p, Rapid: rapid}
		defer k.Close()
		for i, line := range []string{"a", "b"} {
			if err := k.Start(); err != nil {
				t.Fatal(err)
			}
			if i == 1 { // it ends now, and reads nothing more
				if err := os.WriteFile(filepath.Join(p.Dir, "next"), nil, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if got, err := k.Ask([]byte(line+"\n"), soon()); string(got) != line || err != nil {
				t.Errorf("%s is answered by %q, error %v", line, got, err)
			}
		}
		if log.text() != idle {
			t.Errorf("log %q", log.text())
		}
	}
}

// A process that never reads is not started again and again.
func TestEndsUnread(t *testing.T) {
	p, log := program(t, "echo started >&2; exit 0")
	k := &Kept{Program: p}
	defer k.Close()
	if _, err := ask(k, "a", soon()); describe(err) != "exit status 0: started" || log.text() != "started" {
		t.Errorf("error %v, log %q", err, log.text())
	}
}

// A process that has closed its input is of no use any more.
func TestClosedInput(t *testing.T) {
	for _, rapid := range []bool{false, true} {
		p, log := program(t, `read -r line; exec <&-; echo "$line"; sleep 30`)
		k := &Kept{Program: p, Rapid: rapid}
		defer k.Close()
		for _, line := range []string{"a", "b"} {
			if got, err := ask(k, line, soon()); string(got) != line || err != nil {
				t.Errorf("%s is answered by %q, error %v", line, got, err)
			}
		}
		if log.text() != idle {
			t.Errorf("log %q", log.text())
		}
	}
}

// An answer has the size that is allowed, without its end.
func TestLimits(t *testing.T) {
	for _, limit := range []int{0, 1, 4095, 4096, 64<<10 - 1, 64 << 10, 64<<10 + 1, 1 << 20} {
		for _, over := range []int{0, 1} {
			size := limit + over
			p, _ := program(t, fmt.Sprintf("[ -n \"$RUN\" ] || read -r line; head -c %d /dev/zero | tr '\\0' x; [ -n \"$RUN\" ] || echo", size))
			p.MaxOutput = limit
			k := &Kept{Program: p}
			if got, err := ask(k, "a", soon()); errors.Is(err, ErrTooLarge) != (over > 0) || err == nil && len(got) != size {
				t.Errorf("a line of %d bytes, %d allowed: got %d, error %v", size, limit, len(got), err)
			}
			k.Close()
			if got, err := p.Run(nil, []string{"RUN=1"}, soon()); errors.Is(err, ErrTooLarge) != (over > 0) || err == nil && len(got) != size {
				t.Errorf("%d bytes, %d allowed: got %d, error %v", size, limit, len(got), err)
			}
		}
	}
}

// However soon the next line comes, a second line of output is not its answer.
func TestTwoLines(t *testing.T) {
	p, log := program(t, `while read -r line; do echo "$line"; case $line in twice) echo late;; esac; done`)
	k := &Kept{Program: p, Rapid: true}
	defer k.Close()
	for range 50 {
		for _, line := range []string{"twice", "a", "b"} {
			if got, err := ask(k, line, soon()); string(got) != line || err != nil {
				t.Fatalf("%s is answered by %q, error %v", line, got, err)
			}
		}
	}
	if restarts := strings.Count(log.text(), `program wrote "late" after its answer`); restarts != 50 {
		t.Errorf("%d restarts", restarts)
	}
}

// A line before the first input, as a library's greeting is, answers nothing.
func TestGreeting(t *testing.T) {
	p, _ := program(t, "echo welcome; while read -r line; do echo \"$line\"; done")
	k := &Kept{Program: p}
	if got, err := ask(k, "a", soon()); describe(err) != `it wrote "welcome" before it read its input: write it to standard error` {
		t.Errorf("answered %q, error %v", got, err)
	}
}

// The end of a process tells what came after its last answer.
func TestCloseTells(t *testing.T) {
	p, log := program(t, echoing)
	k := &Kept{Program: p}
	if got, err := ask(k, "twice", soon()); string(got) != "1" || err != nil {
		t.Fatalf("answered %q, error %v", got, err)
	}
	k.process.move(soon(), func() bool { return len(k.process.output) > k.taken })
	k.Close()
	if want := `WARN program wrote "2" after its answer: write it to standard error`; log.text() != want {
		t.Errorf("log %q, want %q", log.text(), want)
	}
}

func TestOneProcess(t *testing.T) {
	p, _ := program(t, echoing)
	k := &Kept{Program: p}
	defer k.Close()
	var pids []string
	for range 3 {
		pid, err := ask(k, "pid", soon())
		if err != nil {
			t.Fatal(err)
		}
		pids = append(pids, string(pid))
	}
	if pids[0] != pids[1] || pids[1] != pids[2] {
		t.Errorf("processes %v", pids)
	}
}

// Close lets a process end by itself.
func TestClose(t *testing.T) {
	p, log := program(t, echoing+"\necho ends >&2")
	k := &Kept{Program: p}
	if err := k.Start(); err != nil {
		t.Fatal(err)
	}
	k.Close()
	if log.text() != "ends" {
		t.Errorf("log %q", log.text())
	}
	k.Close()
}
