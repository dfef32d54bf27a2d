package local

import (
	"bufio"
	"bytes"
	"os"
	"sync"
	"time"

	"github.com/google/uuid"
)

// tailSize is how many bytes of an invocation's log its caller can get.
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_ResponseSyntax
const tailSize = 4 << 10

// functionLog is the log of an environment. The process writes to a pipe. After its answer
// a mark is written behind, so that the answer waits for the lines before it.
type functionLog struct {
	log        *Log
	function   string
	structured bool     // the function logs JSON
	pipe       *os.File // to write to
	mark       []byte
	marked     chan struct{} // for each mark that was read
	ended      chan struct{} // closed at the end of the pipe

	mu   sync.Mutex
	last []byte // of the invocation's log
}

func newFunctionLog(f *function, structured bool) (*functionLog, error) {
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	g := &functionLog{
		log: f.lambda.Log, function: f.Name, structured: structured,
		pipe: write, mark: []byte("\x00" + uuid.NewString()),
		marked: make(chan struct{}, 1), ended: make(chan struct{}),
	}
	f.lambda.owned.Go(func() { g.read(read) })
	return g, nil
}

// read passes the lines of the process on.
func (g *functionLog) read(pipe *os.File) {
	defer pipe.Close()
	defer close(g.ended)
	lines := bufio.NewReader(pipe)
	for {
		line, err := lines.ReadBytes('\n')
		line = bytes.TrimSuffix(line, []byte("\n"))
		own, marked := bytes.CutSuffix(line, g.mark)
		if len(own) > 0 || !marked && err == nil {
			record, text := ownLine(own, g.structured)
			g.keep(append(bytes.Clone(own), '\n'))
			g.log.Event(g.function, "function", text, record)
		}
		if marked {
			g.marked <- struct{}{}
		}
		if err != nil {
			return
		}
	}
}

// flush waits until the lines that the process has written are in the log.
func (g *functionLog) flush() {
	if _, err := g.pipe.Write(append(bytes.Clone(g.mark), '\n')); err != nil {
		<-g.ended
		return
	}
	select {
	case <-g.marked:
	case <-g.ended:
	}
}

// close is called when the process has ended.
func (g *functionLog) close() { g.pipe.Close() }

// begin begins the log of an invocation. It includes the log of the init before it.
func (g *functionLog) begin(inv *invocation) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if inv.logging {
		return
	}
	inv.logging, g.last = true, g.last[:0]
}

// tail is the end of the invocation's log.
func (g *functionLog) tail() []byte {
	g.mu.Lock()
	defer g.mu.Unlock()
	return bytes.Clone(g.last)
}

func (g *functionLog) keep(line []byte) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.last = append(g.last, line...)
	if n := len(g.last); n > tailSize {
		g.last = append(g.last[:0], g.last[n-tailSize:]...)
	}
}

// platform logs an event of Lambda, in the function's format.
func (g *functionLog) platform(e platformEvent) {
	if g.structured {
		e.line = ""
		if e.kind != "" {
			e.line = string(encode(telemetry{Time: time.Now().UTC().Format(timeForm), Type: e.kind, Record: e.record}))
		}
	}
	g.keep([]byte(e.line))
	g.log.Event(g.function, e.kind, e.line, e.record)
}
