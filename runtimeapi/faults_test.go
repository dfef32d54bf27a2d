package runtimeapi

import (
	"fmt"
	"strings"
	"testing"

	"sqlambda/internal/lambdatest"
)

// fault is an answer that is not as it should be.
type fault struct {
	name string
	// answer is made of the stage's good one; how its connection ends is the test's.
	answer func(stage) lambdatest.Answer
	// next is what comes of it as the answer to next, post as that to the others.
	next, post outcome
	// event is what a handler gets where that is not the whole event.
	event string
	// only is the stage it is for, if not all.
	only string
	// inOrder says that the end of the connection is a part of it.
	inOrder bool
}

// TestFaults has every stage of the protocol meet every fault: on a new connection and on
// one in use, which then ends in order or by a reset.
func TestFaults(t *testing.T) {
	for _, s := range stages() {
		for _, f := range faults() {
			if f.only != "" && f.only != s.name {
				continue
			}
			for _, reset := range []bool{false, true} {
				for _, warm := range []bool{false, true} {
					if reset && f.inOrder || warm && !s.ofInvocation() {
						continue
					}
					answer := f.answer(s)
					answer.Reset = reset
					if reset && (answer.Endless != nil || len(answer.Raw) > 16<<10) {
						continue // a reset undoes what was sent, but not yet received
					}
					t.Run(fmt.Sprintf("%s/%s/reset=%t,warm=%t", s.name, f.name, reset, warm), func(t *testing.T) {
						t.Parallel()
						f.meet(t, s, answer, warm)
					})
				}
			}
		}
	}
}

func (f fault) meet(t *testing.T, s stage, answer lambdatest.Answer, warm bool) {
	c := trial{T: t, stage: s, answer: answer, warm: warm, event: eventBody, want: f.post}
	if s.endpoint == lambdatest.Next {
		c.want = f.next
		if f.event != "" {
			c.event = f.event
		}
	}
	c.run()
}

// TestCuts ends every answer at every byte: by closing the connection, by a reset, or not
// at all but after a pause.
func TestCuts(t *testing.T) {
	released := make(chan struct{})
	close(released)
	for _, s := range stages() {
		for framing, wire := range map[string][]byte{
			"length": s.wire("Content-Length: 7\r\n", s.body),
			"chunks": s.wire("Transfer-Encoding: chunked\r\n", "3;x=y\r\n"+s.body[:3]+"\r\n4\r\n"+s.body[3:]+"\r\n0\r\nA: b\r\n\r\n"),
		} {
			head := strings.Index(string(wire), "\r\n\r\n") + 4
			first := 0
			if framing == "chunks" {
				first = head // what is before is the same
			}
			for cut := first; cut < len(wire); cut++ {
				want := harmless
				switch {
				case s.endpoint == lambdatest.Next && cut == 0:
					want = retried
				case s.endpoint == lambdatest.Next || cut < head:
					want = cutOff
				}
				for end, answer := range map[string]lambdatest.Answer{
					"close": {},
					"reset": {Reset: true},
					"pause": {Stall: released},
				} {
					answer.Raw, answer.Cut, answer.Drop = wire, cut, cut == 0
					f := fault{next: want, post: want}
					if end == "pause" {
						f.next, f.post = harmless, harmless
					}
					t.Run(fmt.Sprintf("%s/%s/%d/%s", s.name, framing, cut, end), func(t *testing.T) {
						t.Parallel()
						f.meet(t, s, answer, false)
					})
				}
			}
		}
	}
}
