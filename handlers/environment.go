package handlers

import (
	"strings"

	"sqlambda/event"
)

// environmentValue returns a variable of the environment as SQL may see it:
// credentials and the runtime's own variables read as NULL.
func environmentValue(lookup func(string) (string, bool), name string) event.Value {
	switch {
	case strings.HasPrefix(name, "_"), isCredential(name):
		return event.Value{}
	}
	value, ok := lookup(name)
	if !ok {
		return event.Value{}
	}
	return event.TextValue(value)
}

// isCredential says whether a variable is one that Lambda puts credentials in: the keys of
// the role, and tokens, by whatever name: AWS_SESSION_TOKEN,
// AWS_CONTAINER_AUTHORIZATION_TOKEN.
func isCredential(name string) bool {
	switch name {
	case "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY":
		return true
	}
	return strings.HasPrefix(name, "AWS_") && strings.HasSuffix(name, "_TOKEN")
}
