package sqlite

import (
	"encoding/binary"
	"time"

	"github.com/google/uuid"

	"sqlambda/event"
)

// random and randomblob repeat what the configuration's randomness gives. Where it has none,
// SQLite's own serve.
func random(c *Conn, _ arguments) (event.Value, error) {
	return event.IntegerValue(int64(c.config.Random.Uint64())), nil
}

func randomBlob(c *Conn, args arguments) (event.Value, error) {
	blob := make([]byte, int(min(max(args.Real(0), 1), float64(c.longestValue()))))
	c.config.Random.Read(blob)
	return blobOf(blob), nil
}

// uuidv4 is uuid(): https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-4.
func uuidv4(c *Conn, _ arguments) (event.Value, error) {
	id, err := c.uuid()
	return event.TextValue(id.String()), err
}

func (c *Conn) uuid() (uuid.UUID, error) {
	if c.config.Random == nil {
		return uuid.NewRandom()
	}
	return uuid.NewRandomFromReader(c.config.Random)
}

// uuidv7 is the connection's time with chance after it:
// https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-7.
func uuidv7(c *Conn, _ arguments) (event.Value, error) {
	if c.config.Random == nil && c.config.Now.IsZero() {
		id, err := uuid.NewV7()
		return event.TextValue(id.String()), err
	}
	id, err := c.uuid()
	now := c.config.Now
	if now.IsZero() {
		now = time.Now()
	}
	var milliseconds [8]byte
	binary.BigEndian.PutUint64(milliseconds[:], uint64(now.UnixMilli()))
	copy(id[:6], milliseconds[2:])
	id[6] = 0x70 | id[6]&0x0f
	return event.TextValue(id.String()), err
}
