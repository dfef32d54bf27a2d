package local

import (
	"sync"
	"time"
)

// memoryCheck is how often a process is looked at while it runs.
const memoryCheck = 50 * time.Millisecond

// memoryWatch looks at the memory of a process during an invocation.
type memoryWatch struct {
	e *environment

	mu       sync.Mutex
	timer    *time.Timer
	stopped  bool
	tooLarge bool
}

// watchMemory kills the process where it takes more than the function's memory.
func (e *environment) watchMemory() *memoryWatch {
	w := &memoryWatch{e: e}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.timer = time.AfterFunc(memoryCheck, w.check)
	return w
}

func (w *memoryWatch) check() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stopped {
		return
	}
	if w.over() {
		w.tooLarge = true
		w.e.process.Kill()
		return
	}
	w.timer.Reset(memoryCheck)
}

// over notes the most that the process has had in RAM, in MB, where the system tells, and
// reports whether it is too much.
func (w *memoryWatch) over() bool {
	if bytes, err := w.e.process.PeakBytes(); err == nil {
		w.e.peakMB = max(w.e.peakMB, int((bytes+1<<20-1)>>20))
	}
	return w.e.peakMB > w.e.fn.MemoryMB
}

// stop ends the watch and reports whether the process took too much.
func (w *memoryWatch) stop() bool {
	w.timer.Stop()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stopped = true
	return w.tooLarge || w.over()
}
