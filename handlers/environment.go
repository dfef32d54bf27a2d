package handlers

import (
	"strings"

	"sqlambda/event"
)

// environmentValue returns a variable of the environment as SQL may see it: a secret one is
// NULL.
func environmentValue(lookup func(string) (string, bool), name string) event.Value {
	value, ok := lookup(name)
	if !ok || Secret(name) {
		return event.Value{}
	}
	return event.TextValue(value)
}

// Secret reports whether SQL must not see a variable of the environment: the keys of the
// function's role, tokens by whatever name (AWS_SESSION_TOKEN,
// AWS_CONTAINER_AUTHORIZATION_TOKEN), and the runtime's own, which begin with _.
func Secret(name string) bool {
	switch name {
	case "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY":
		return true
	}
	return strings.HasPrefix(name, "_") || strings.HasPrefix(name, "AWS_") && strings.HasSuffix(name, "_TOKEN")
}
