// Package event reads JSON events for SQL: it checks them, finds values in them by name,
// position or path, converts them to SQL values, and goes through the records of a batch
// as the rows of a table.
//
// It knows nothing of databases, and the only JSON that it writes is what its modifiers
// make. It does not decode an event into a tree: all functions work on the event's text,
// and what they return shares that text. What has to be copied, such as a string with
// escapes, is counted: see Memory.
//
// # Paths
//
// A Path is a gjson path (https://github.com/tidwall/gjson/blob/master/SYNTAX.md), with
// these modifiers added:
//
//	@frombase64    a base64 string (standard or URL-safe, padded or not) → its text
//	@gunzip        a base64 string of gzip data → its text, up to MaxText
//	@fromform      an URL-encoded form → an object; of a repeated name the last value
//	@fromdynamodb  DynamoDB attribute values, a map of them or one → plain JSON
//
// A modifier whose input does not have that form gives nothing, so that the value is NULL.
// Bytes that are not UTF-8 become U+FFFD in a text.
//
// Paths differ from gjson's in these points, each of which avoids a silent mistake:
//
//   - The empty path leads to the event itself.
//   - A modifier that doesn't exist is an error; a field @x is written \@x.
//   - Keys must not be empty, brackets and quotes must be balanced, and $.a and a[0] are
//     errors: they are JSONPath, and gjson would look for fields of that very name.
//   - What is missing stays missing through any modifier; gjson runs some on it.
//   - A path into text leads nowhere; gjson searches the text of a string for a bracket.
//   - @fromstr gives nothing if the text is not JSON, or nests deeper than MaxDepth.
//
// A query #(…) has parentheses, which $event(…) in SQL cannot hold. Write it there in gjson's
// older form: $event(Records.#[eventName="INSERT"].eventID).
//
// # Types
//
// This is what Event.Convert makes of a value; — means that it cannot be converted. Null and
// missing values are NULL in all types.
//
//	           string               number          true, false    object, array
//	(none)     TEXT                 INTEGER, REAL   1, 0           TEXT: the JSON
//	TEXT       the text             as written      true, false    —
//	INTEGER    if a whole number    if whole        1, 0           —
//	REAL       if a number          REAL            —              —
//	BOOLEAN    if "true", "false"   if 1, 0         1, 0           —
//	JSON       TEXT: the JSON       TEXT: the JSON  TEXT: the JSON TEXT: the JSON
//	BLOB       if base64            —               —              —
//
// A whole number may be written 2, 2.0 or 2e3, and must fit 64 bits. In a string it may have
// spaces around it, a + and leading zeros.
package event
