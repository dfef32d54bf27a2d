package bootstrap

import (
	"os"
	"runtime/debug"
)

// gcPercent is the growth of the heap that starts a collection. An invocation leaves
// little garbage, and little is alive: collecting it more often than Go's default of
// 100 costs nothing that can be measured, and saves 2 MB.
const gcPercent = 25

// limitHeap has Go collect its garbage so that the heap stays below two fifths of the
// function's memory, of which the engine has one half. The rest is code, stacks and the
// kernel's buffers.
func limitHeap(engine int64) {
	if engine > 0 && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(engine * 4 / 5)
	}
	if engine > 0 && os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
}
