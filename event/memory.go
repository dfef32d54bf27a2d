package event

import (
	"fmt"
	"runtime"
	"sync/atomic"
)

// A Memory counts the bytes that reading an event takes in the course of an invocation:
// texts that are decoded, data that is unpacked, JSON that modifiers make, and what a
// caller adds. The event's own text is not counted.
//
// An event carries the Memory that counts for it: see Event.In. The nil Memory has no
// limit. A Memory is for one goroutine; it takes what it needs from a Pool, in portions.
type Memory struct {
	pool     *Pool
	reserved int // taken from the pool
	used     int
	garbage  int // released, but still on the heap
	exceeded bool

	found []Event
}

// A Pool is the memory that the Memories of a process share.
//
// Memory that was released stays on the heap until the garbage collector runs. The pool runs
// it before memory that is in use and memory that was released exceed the limit together.
type Pool struct {
	limit             int64
	reserved, garbage atomic.Int64
}

// NewPool returns a pool of so many bytes. Without a limit, 0, it is nil.
func NewPool(limit int64) *Pool {
	if limit <= 0 {
		return nil
	}
	return &Pool{limit: limit}
}

// NewMemory returns a Memory that takes from the pool; nil for the nil pool.
func (p *Pool) NewMemory() *Memory {
	if p == nil {
		return nil
	}
	return &Memory{pool: p}
}

// take takes n bytes, and reports whether there are so many.
func (p *Pool) take(n int) bool {
	reserved := p.reserved.Add(int64(n))
	if reserved > p.limit {
		p.reserved.Add(int64(-n))
		return false
	}
	if reserved+p.garbage.Load() > p.limit {
		runtime.GC()
		p.garbage.Store(0)
	}
	return true
}

// In returns the event with m as its memory: what is made of the event, and of what is
// found in it, is counted there.
func (e Event) In(m *Memory) Event {
	e.memory = m
	return e
}

// Memory returns what counts for the event, or nil.
func (e Event) Memory() *Memory { return e.memory }

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
	if m.used+m.garbage+n > m.reserved && !m.reserve(n) {
		return false
	}
	m.used += n
	return true
}

// portion is how much a Memory takes of its pool at a time, if it can.
const portion = 256 << 10

// worthCollecting is the part of a pool's limit that a garbage collection has to give back.
const worthCollecting = 64

// reserve takes from the pool what n bytes more need.
func (m *Memory) reserve(n int) bool {
	if int64(n) > m.pool.limit {
		return false
	}
	missing := m.used + m.garbage + n - m.reserved
	for _, more := range [...]int{max(missing, portion), missing} {
		if m.pool.take(more) {
			m.reserved += more
			return true
		}
	}
	if int64(m.garbage) <= m.pool.limit/worthCollecting { // each row would collect again
		return false
	}
	runtime.GC()
	m.garbage = 0
	return m.reserve(n)
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
	return &MemoryError{m.pool.limit}
}

// Forgive makes Err return nil until a value does not fit the memory again.
func (m *Memory) Forgive() {
	if m != nil {
		m.exceeded = false
	}
}

// Reset gives all back to the pool, at the end of an invocation.
func (m *Memory) Reset() {
	if m != nil {
		if m.reserved > 0 { // most invocations decode nothing
			m.pool.garbage.Add(int64(m.used + m.garbage))
			m.pool.reserved.Add(int64(-m.reserved))
			m.used, m.garbage, m.reserved = 0, 0, 0
		}
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
