package handlers_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

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

// TestScriptErrorType keeps errors while the next invocation runs.
func TestScriptErrorType(t *testing.T) {
	for mode, text := range map[string]string{
		"":      `echo '{"errorType":"Order.Bad","errorMessage":"m"}'; cat >&2; exit 1`,
		"lines": `while read -r line; do case $line in *first*) echo '{"error":{"type":"Order.Bad","message":"m"}}' ;; *) echo '"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"' ;; esac; done`,
	} {
		f := newFunction(t)
		f.add("orders", "#!/bin/sh\n"+text+"\n")
		f.env["SQLAMBDA_SCRIPT"] = mode
		if err := f.start("orders"); err != nil {
			t.Fatal(err)
		}
		_, err := f.invoke(`"first"`)
		f.invoke(`{"b": "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"}`)
		if e := asError(t, err); e.Type != "Order.Bad" {
			t.Errorf("mode %q: the type is %s", mode, e.Type)
		}
	}
}

// TestLateLine has a function's program write two lines for a call, end, and answer with what
// is no value: the other records of a batch have the answers to their own calls.
func TestLateLine(t *testing.T) {
	f := newFunction(t)
	f.add("main.sql", `CREATE TABLE IF NOT EXISTS t (a);
-- function: f(x) RETURNS INTEGER USING 'f'
-- name: main :batch
INSERT INTO t VALUES (f($record(body|@fromstr|a)));
-- name: written :value
SELECT group_concat(a) FROM t;
`)
	f.add("f", `#!/bin/sh
while read -r line; do
	case $line in
	'["end"]') exit 4 ;;
	'["twice"]') echo 2; echo 6 ;;
	'["no value"]') echo { ;;
	'["error"]') echo '{"error":{"type":"Order.Bad","message":"m"}}' ;;
	*) line=${line#[}; echo "${line%]}" ;;
	esac
done
`)
	f.env["SQLAMBDA_DATABASE"] = "/tmp/orders.db"
	if err := f.start("main"); err != nil {
		t.Fatal(err)
	}
	var records []string
	for i, argument := range []string{"1", `\"twice\"`, "3", `\"end\"`, "5", `\"twice\"`, `\"no value\"`, "8", `\"twice\"`, `\"error\"`, "11"} {
		records = append(records, fmt.Sprintf(`{"messageId":"%d","eventSource":"aws:sqs","body":"{\"a\":%s}"}`, i+1, argument))
	}
	response, err := f.invoke(`{"Records":[` + strings.Join(records, ",") + `]}`)
	want := `{"batchItemFailures":[{"itemIdentifier":"4"},{"itemIdentifier":"7"},{"itemIdentifier":"10"}]}`
	if string(response) != want || err != nil {
		t.Errorf("the batch gives %s, error %v", response, err)
	}
	if err := f.start("main.written"); err != nil {
		t.Fatal(err)
	}
	response, err = f.invoke("{}")
	if want := `"1,2,3,5,2,8,2,11"`; string(response) != want || err != nil {
		t.Errorf("written is %s, want %s, error %v", response, want, err)
	}
}

// TestEndlessCalls has calls that each are short and do not end: the deadline ends them, and
// the next invocation is right.
func TestEndlessCalls(t *testing.T) {
	f := newFunction(t)
	f.timeout = 600 * time.Millisecond
	f.add("init.sql", "CREATE TABLE t (a);")
	f.add("main.sql", `-- function: f(x) RETURNS INTEGER USING 'f'
-- name: main :value
INSERT INTO t VALUES (:n);
WITH RECURSIVE c(x) AS (SELECT :n UNION ALL SELECT f(x) FROM c WHERE x > 0)
SELECT (SELECT count(*) FROM t) + count(*) + coalesce(f(NULL), 0) FROM c;
`)
	f.add("f", "#!/bin/sh\nwhile read -r line; do line=${line#[}; echo \"${line%]}\"; done\n")
	if err := f.start("main"); err != nil {
		t.Fatal(err)
	}
	if _, err := f.invoke(`{"n":1}`); asError(t, err).Type != handlers.Timeout {
		t.Errorf("error %v", err)
	}
	f.timeout = 20 * time.Second
	if response, err := f.invoke(`{"n":0}`); string(response) != "2" || err != nil {
		t.Errorf("then %s, error %v", response, err)
	}
}
