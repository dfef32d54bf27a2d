//go:build race

package event

// The race detector's instrumentation allocates.
const raceDetector = true
