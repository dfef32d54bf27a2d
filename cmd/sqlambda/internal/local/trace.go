package local

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"time"
)

// newTraceID returns a trace header for a request without one, not sampled.
// https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
func newTraceID() string {
	var random [20]byte
	rand.Read(random[:])
	return fmt.Sprintf("Root=1-%08x-%s;Parent=%s;Sampled=0",
		time.Now().Unix(), hex.EncodeToString(random[:12]), hex.EncodeToString(random[12:]))
}
