package handlers_test

import (
	"fmt"
	"testing"

	"sqlambda/handlers"
)

// TestScriptSizes has responses of just the size that Lambda takes, and of a byte more.
func TestScriptSizes(t *testing.T) {
	for mode, text := range map[string]string{
		"":      `printf '"'; head -c $SIZE /dev/zero | tr '\0' x; printf '"\r\n'`,
		"text":  `head -c $SIZE /dev/zero | tr '\0' x; printf '\r\n'`,
		"lines": `while read -r line; do printf '"'; head -c $SIZE /dev/zero | tr '\0' x; printf '"\r\n'; done`,
	} {
		for over := range 2 {
			t.Run(fmt.Sprint(mode, " ", over), func(t *testing.T) {
				f := newFunction(t)
				f.add("large", "#!/bin/sh\n"+text+"\n")
				f.env["SQLAMBDA_SCRIPT"], f.env["SIZE"] = mode, fmt.Sprint(handlers.MaxResponse-2+over)
				if err := f.start("large"); err != nil {
					t.Fatal(err)
				}
				response, err := f.invoke("{}")
				switch {
				case over == 0 && (err != nil || len(response) != handlers.MaxResponse):
					t.Errorf("a response of %d bytes, error %v", len(response), err)
				case over == 1 && (err == nil || asError(t, err).Type != handlers.ResponseSizeTooLarge):
					t.Errorf("a response of %d bytes, error %v", len(response), err)
				}
			})
		}
	}
}
