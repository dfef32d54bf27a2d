package event

import (
	"fmt"
	"runtime"
)

// A Memory counts the bytes that reading an event takes in the course of an invocation:
// texts that are decoded, data that is unpacked, JSON that modifiers make, and what a
// caller adds. The event's own text is not counted.
//
// Memory that was released stays on the heap until the garbage collector runs. Take runs it
// before memory that is in use and memory that was released exceed the limit together.
//
// An event carries the Memory that counts for it: see Event.In. The nil Memory has no
// limit. A Memory is for one goroutine.
type Memory struct {
	limit, used, garbage int
	exceeded             bool

	json, text origin // of the events that it counts for
	found      []Event
}

// An origin says what an Event's text is and which Memory counts what is made of it.
type origin struct {
	memory *Memory
	// decoded says that the text is the content of a JSON string and not JSON: what a
	// modifier made, which needs no encoding when it is bound or parsed next.
	decoded bool
}

// decodedText is the origin of a decoded text that no Memory counts.
var decodedText = origin{decoded: true}

// NewMemory returns a Memory of so many bytes. Without a limit, 0, it is nil.
func NewMemory(limit int64) *Memory {
	if limit <= 0 {
		return nil
	}
	m := &Memory{limit: int(limit)}
	m.json, m.text = origin{memory: m}, origin{memory: m, decoded: true}
	return m
}

// In returns the event with m as its memory: what is made of the event, and of what is
// found in it, is counted there.
func (e Event) In(m *Memory) Event {
	switch {
	case !e.decoded():
		e.from = m.origin()
	case m == nil:
		e.from = &decodedText
	default:
		e.from = &m.text
	}
	return e
}

// origin returns the origin of JSON that m counts for.
func (m *Memory) origin() *origin {
	if m == nil {
		return nil
	}
	return &m.json
}

// Memory returns what counts for the event, or nil.
func (e Event) Memory() *Memory { return e.from.counter() }

func (o *origin) counter() *Memory {
	if o == nil {
		return nil
	}
	return o.memory
}

func (e Event) decoded() bool { return e.from != nil && e.from.decoded }

// part returns a part of the event's JSON as an event.
func (e Event) part(raw string) Event { return Event{raw, e.from} }

// textEvent returns a text as the value of a JSON string.
func textEvent(text string, m *Memory) Event { return Event{text, &decodedText}.In(m) }

// A MemoryError says that reading an event needs more memory than there is for it. It is
// what a caller gets as Function.OutOfMemory.
type MemoryError struct {
	Limit int64 // in bytes
}

// Error returns a message for the caller of the function.
func (e *MemoryError) Error() string {
	return fmt.Sprintf("out of memory: what is decoded of the event may take %d MB", e.Limit>>20)
}

// Take takes n bytes more, and reports whether there are so many.
func (m *Memory) Take(n int) bool {
	if m == nil {
		return true
	}
	if n > m.limit-m.used {
		return false
	}
	m.used += n
	if m.used+m.garbage > m.limit {
		runtime.GC()
		m.garbage = 0
	}
	return true
}

// Release gives n bytes back.
func (m *Memory) Release(n int) {
	if m != nil {
		m.used -= n
		m.garbage += n
	}
}

// Used returns the number of bytes that are taken.
func (m *Memory) Used() int {
	if m == nil {
		return 0
	}
	return m.used
}

// Err returns a *MemoryError if there was not the memory to read a value of the event, until
// Forgive is called. Such a value reads as a missing one.
func (m *Memory) Err() error {
	if m == nil || !m.exceeded {
		return nil
	}
	return &MemoryError{int64(m.limit)}
}

// Forgive makes Err return nil until a value does not fit the memory again.
func (m *Memory) Forgive() {
	if m != nil {
		m.exceeded = false
	}
}

// Reset releases all, for the next invocation.
func (m *Memory) Reset() {
	if m != nil {
		m.Release(m.used)
		m.Forgive()
		clear(m.found)
	}
}

// make returns an empty buffer of n bytes; nil if there are not so many.
func (m *Memory) make(n int) []byte {
	if !m.need(n) {
		return nil
	}
	return make([]byte, 0, n)
}

// events returns n missing events. They are the same at each call.
func (m *Memory) events(n int) []Event {
	if m == nil {
		return make([]Event, n)
	}
	if len(m.found) < n {
		m.found = make([]Event, n)
	}
	return m.found[:n]
}

// need is Take, but remembers for Err that there was too little.
func (m *Memory) need(n int) bool {
	if m.Take(n) {
		return true
	}
	m.exceeded = true
	return false
}
