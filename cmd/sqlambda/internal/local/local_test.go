package local

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"sqlambda/internal/bootstrap"
)

// TestMain runs the tests or, where a Lambda under test starts this program, the
// bootstrap.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "bootstrap" {
		if bootstrap.Run() != nil {
			os.Exit(1)
		}
		return
	}
	status := m.Run()
	if status == 0 {
		status = leftovers()
	}
	os.Exit(status)
}

// leftovers are processes that outlived their Lambda.
func leftovers() int {
	tasks, _ := filepath.Glob("/proc/self/task/*/children")
	for _, task := range tasks {
		if children, _ := os.ReadFile(task); len(children) > 0 {
			os.Stderr.WriteString("processes that were not ended: " + string(children) + "\n")
			return 1
		}
	}
	return 0
}

// served is a Lambda that answers over a socket.
type served struct {
	*Lambda
	t     testing.TB
	root  string
	url   string
	log   *buffer
	end   func() error // as Ctrl-C does
	hurry func()       // as a second one does
}

// buffer is a bytes.Buffer for several goroutines.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// serve serves the files of a txtar archive.
func serve(t testing.TB, files string, set ...func(*Options)) *served {
	t.Helper()
	s := &served{t: t, root: t.TempDir(), log: &buffer{}}
	for _, file := range txtar.Parse([]byte(files)).Files {
		s.save(file.Name, string(file.Data))
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	options := Options{Root: s.root, Environ: os.Environ(), Bootstrap: []string{program, "bootstrap"}, Concurrency: 2, Log: &Log{Stderr: s.log}, Host: "127.0.0.1"}
	for _, change := range set {
		change(&options)
	}
	s.Lambda = New(options)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.url = "http://" + listener.Addr().String()
	until, end := context.WithCancel(context.Background())
	patience, hurry := context.WithCancel(context.Background())
	s.hurry = hurry
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(listener, until, patience) }()
	s.end = sync.OnceValue(func() error { end(); return <-ended })
	t.Cleanup(func() {
		if err := s.end(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Logf("the log:\n%s", s.log)
		}
	})
	return s
}

func (s *served) save(name, text string) {
	s.t.Helper()
	path := filepath.Join(s.root, name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
		s.t.Fatal(err)
	}
}

// answer is what came back for a request.
type answer struct {
	status int
	header http.Header
	body   string
}

// send sends a request; headers are "Name: value".
func (s *served) send(method, path, body string, headers ...string) answer {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		r.Header.Add(name, value)
		if name == "Host" {
			r.Host = value
		}
	}
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(text)}
}

// invoke invokes a function by its name, as it stands in the path.
func (s *served) invoke(name, event string, headers ...string) answer {
	s.t.Helper()
	return s.send("POST", "/2015-03-31/functions/"+name+"/invocations", event, headers...)
}

// respond checks the response of a function that does not fail.
func (s *served) respond(name, event, want string) {
	s.t.Helper()
	got := s.invoke(name, event)
	if got.status != 200 || got.body != want || got.header.Get("X-Amz-Function-Error") != "" {
		s.t.Errorf("%s answers %d %s (%s), want %s", name, got.status, got.body, got.header.Get("X-Amz-Function-Error"), want)
	}
}

// logged waits until the log has a text: what is behind an answer may be logged after it.
func (s *served) logged(want string) {
	s.t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if strings.Contains(s.log.String(), want) {
			return
		}
	}
	s.t.Errorf("the log has no %q", want)
}

// process returns the id of the process that waits for a function's next invocation.
func (s *served) process(name string) int {
	s.t.Helper()
	return s.waiting(name).process.Pid()
}

// waiting returns the environment that waits for a function's next invocation.
func (s *served) waiting(name string) *environment {
	s.t.Helper()
	f, err := s.catalog().find(name)
	if err != nil {
		s.t.Fatal(err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.idle) != 1 {
		s.t.Fatalf("%d processes wait for an invocation of %s, want 1", len(f.idle), name)
	}
	e := f.idle[0]
	if !e.ready() { // it is not, yet, where it has only just answered
		s.t.Fatalf("the process of %s has ended", name)
	}
	return e
}

// running reports whether there is a process with an id.
func running(pid int) bool {
	_, err := os.Stat("/proc/" + strconv.Itoa(pid))
	return err == nil
}
