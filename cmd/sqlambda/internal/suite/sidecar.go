package suite

import (
	"os"
	"regexp"
	"strings"
)

// sidecarEndings are the endings of the files beside each other that are the parts of a
// case. An event, a response and an error may have a number before .json.
var sidecarEndings = map[string]string{
	"log":          ".log.txt",
	"env":          ".env",
	"handler":      ".handler",
	"timeout":      ".timeout",
	"clock":        ".clock",
	"seed":         ".seed",
	"context":      ".context.json",
	"database.sql": ".database.sql",
	"state.sql":    ".state.sql",
	"state":        ".state.jsonl",
}

var numbered = regexp.MustCompile(`^(.+)\.((?:event|response|error)(?:[2-9]|[1-9][0-9]+)?)\.json$`)

// splitSidecar takes the name of a file apart: orders.list-late.response2.json is the
// part response2 of the case orders.list-late.
func splitSidecar(file string) (stem, part string, ok bool) {
	if m := numbered.FindStringSubmatch(file); m != nil {
		return m[1], m[2], true
	}
	for part, ending := range sidecarEndings {
		if stem, ok := strings.CutSuffix(file, ending); ok && stem != "" {
			return stem, part, true
		}
	}
	stem, ok = strings.CutSuffix(file, ".json")
	return stem, "event", ok && stem != ""
}

// sidecars are the parts of a case as files; stem is what their names begin with.
type sidecars struct{ stem string }

// file is the name of the file of a part.
func (s sidecars) file(part string) string {
	switch ending, ok := sidecarEndings[part]; {
	case ok:
		return s.stem + ending
	case part == "event":
		return s.stem + ".json"
	default:
		return s.stem + "." + part + ".json"
	}
}

func (s sidecars) write(part, text string) (string, error) {
	file := s.file(part)
	return file, os.WriteFile(file, []byte(text), 0o644)
}

func (s sidecars) remove(part string) error { return os.Remove(s.file(part)) }
