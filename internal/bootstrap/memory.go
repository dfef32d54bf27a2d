package bootstrap

import (
	"os"
	"runtime/debug"
	"strconv"
)

// gcPercent is the growth of the heap that starts a collection. An invocation leaves
// little garbage, and little is alive: collecting it more often than Go's default of
// 100 costs nothing that can be measured, and saves 2 MB.
const gcPercent = 25

// limitMemory divides the memory of the function, in MB: half of it is SQLite's,
// whose share it returns in bytes, and two fifths are what Go collects its garbage
// to stay below. The rest is code, stacks and the kernel's buffers.
func limitMemory(size string) int64 {
	mb, err := strconv.ParseInt(size, 10, 64)
	if err != nil || mb <= 0 {
		return 0
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(mb << 20 * 2 / 5)
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	return mb << 20 / 2
}
