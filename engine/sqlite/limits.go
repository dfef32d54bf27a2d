package sqlite

import "zombiezen.com/go/sqlite"

// longestPattern is the number of bytes of the pattern of a LIKE, GLOB or REGEXP: its time
// is that of the text's length times the pattern's.
const longestPattern = 1000

// setLimits narrows what one statement may ask for:
// https://sqlite.org/limits.html. SQLite's own defaults are made for machines
// with gigabytes.
func (c *Conn) setLimits() {
	const (
		longestText     = 1 << 20 // bytes of one statement
		deepestTrigger  = 100
		mostInstruction = 5_000_000 // of one statement's program
	)
	c.conn.Limit(sqlite.LimitSQLLength, longestText)
	c.conn.Limit(sqlite.LimitLikePatternLength, longestPattern)
	c.conn.Limit(sqlite.LimitTriggerDepth, deepestTrigger)
	c.conn.Limit(sqlite.LimitVDBEOp, mostInstruction)
	c.conn.Limit(sqlite.LimitWorkerThreads, 0)
	if memory := c.config.Memory; memory > 0 {
		// A value is held more than once while it is made.
		c.conn.Limit(sqlite.LimitLength, int32(min(memory/2, 1_000_000_000)))
	}
}
