package local

import (
	"sync/atomic"
	"time"
)

// memoryCheck is how often a process is looked at while it runs.
const memoryCheck = 50 * time.Millisecond

// watchMemory kills the process during an invocation where it takes more than the
// function's memory. The function that it returns ends the watch, and reports whether the
// process took too much.
func (e *environment) watchMemory() (stop func() bool) {
	var over atomic.Bool
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		ticks := time.NewTicker(memoryCheck)
		defer ticks.Stop()
		for !over.Load() {
			select {
			case <-ticks.C:
				if e.tooLarge() {
					over.Store(true)
					e.process.Kill()
				}
			case <-done:
				return
			}
		}
	}()
	return func() bool {
		close(done)
		<-ended
		return over.Load() || e.tooLarge()
	}
}

// tooLarge notes the most that the process has had in RAM, in MB, where the system tells, and
// reports whether it is too much.
func (e *environment) tooLarge() bool {
	if bytes, err := e.process.PeakBytes(); err == nil {
		e.peakMB = max(e.peakMB, int((bytes+1<<20-1)>>20))
	}
	return e.peakMB > e.fn.MemoryMB
}
