package nearest_test

import (
	"strings"
	"testing"

	"sqlambda/internal/nearest"
)

func TestName(t *testing.T) {
	candidates := []string{"list", "total", "größe", "customerId", "x"}
	for name, want := range map[string]string{
		"lits": "list", "lst": "list", "LIST": "list", "totals": "total", "groesse": "",
		"grösse": "größe", "customer_id": "customerId", "CUSTOMERID": "customerId",
		"y": "", "orders": "", "": "", "list": "", "customer": "customerId",
		strings.Repeat("x", 32<<20): "", strings.Repeat("日", 8<<20): "", // and not after minutes
	} {
		got, ok := nearest.Name(name, candidates)
		if got != want || ok != (want != "") {
			t.Errorf("nearest to %.20q is %q, want %q", name, got, want)
		}
	}
}
