package bootstrap

import (
	"os"
	"runtime/debug"
)

// gcPercent is the growth of the heap that starts a collection. Invocations leave little
// garbage, and the heap is small: collecting more often than by Go's default of 100 has no
// measurable cost and saves 2 MB.
const gcPercent = 25

// limitHeap limits Go's heap to two fifths of the function's memory, half of which is the
// engine's. The rest is for code, stacks and the kernel's buffers.
func limitHeap(engine int64) {
	if engine > 0 && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(engine * 4 / 5)
	}
	if engine > 0 && os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
}
