package main_test

import (
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"sqlambda/internal/lambdatest"
)

// A program that answers an SQL function is not given the credentials of the function's role,
// nor the address of the Runtime API.
func TestFunctionEnvironment(t *testing.T) {
	t.Parallel()
	f := start(t, "main", map[string]string{
		"main.sql": "-- function: variables() RETURNS TEXT USING 'variables'\nSELECT variables() AS names;",
		"variables": `#!/bin/sh
names=$(tr '\0' '\n' < /proc/$$/environ | sed 's/=.*//' | sort | tr '\n' ' ')
while read -r line; do echo "\"$names\""; done
`,
	}, "AWS_ACCESS_KEY_ID=a", "AWS_SECRET_ACCESS_KEY=b", "AWS_SESSION_TOKEN=c", "AWS_CONTAINER_AUTHORIZATION_TOKEN=d", "STAGE=test")
	f.answers("{}", `{"names":"AWS_LAMBDA_FUNCTION_MEMORY_SIZE LAMBDA_TASK_ROOT PATH STAGE "}`)
}

// A program that ends fails the call that it did not answer, with all that its invocation has
// written, and no other.
func TestFunctionEnds(t *testing.T) {
	t.Parallel()
	f := start(t, "main.add", map[string]string{
		"main.sql": `-- function: next(n) RETURNS INTEGER USING 'next'
CREATE TABLE IF NOT EXISTS t (n INTEGER);
-- name: add :value
INSERT INTO t VALUES (:n);
SELECT next(:n) * 10 + count(*) FROM t;
`,
		"next": `#!/bin/sh
while read -r line; do
	[ "$line" = '[2]' ] && exit 3
	echo 1
	[ "$line" = '[4]' ] && exit
done
`,
	}, "SQLAMBDA_DATABASE="+filepath.Join(scratch(t), "t.db"))
	for n, want := range []string{"11", "Function.ExitStatus", "12", "13", "14"} {
		f.answers(fmt.Sprintf(`{"n":%d}`, n+1), want)
	}
}

// At the deadline a program is killed with all that it has started, and the next call is
// answered by another.
func TestFunctionDeadline(t *testing.T) {
	t.Parallel()
	folder := scratch(t)
	f := start(t, "main", map[string]string{
		"main.sql": "-- function: slow(n) RETURNS INTEGER USING 'slow'\nSELECT slow(:n) AS n;",
		"slow": `#!/bin/sh
while read -r line; do
	if [ "$line" = '[1]' ]; then
		echo $$ > $PIDS/pid; sleep 60 & echo $! >> $PIDS/pid; wait
	fi
	echo 2
done
`,
	}, "PIDS="+folder)
	outcome := f.invoke(lambdatest.Invocation{Payload: []byte(`{"n":1}`), Deadline: time.Now().Add(700 * time.Millisecond)})
	if outcome.ErrorType != "Function.Timeout" {
		t.Errorf("the outcome is %s %s", outcome.ErrorType, outcome.Payload)
	}
	f.ended(filepath.Join(folder, "pid"))
	f.answers(`{"n":2}`, `{"n":2}`)
}

// Each worker has a process of its own.
func TestFunctionWorkers(t *testing.T) {
	t.Parallel()
	const workers = 4
	f := start(t, "main", map[string]string{
		"main.sql": "-- function: same(worker, n) RETURNS JSON USING 'same'\n-- name: main :value\nSELECT same(:worker, :n);",
		"same":     "#!/bin/sh\nexec cat\n",
	}, fmt.Sprint("AWS_LAMBDA_MAX_CONCURRENCY=", workers))
	if err := f.WaitRequests(f.ctx, lambdatest.Next, workers); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for i := range workers {
		all.Go(func() {
			for n := range 50 {
				f.answers(fmt.Sprintf(`{"worker":%d,"n":%d}`, i, n), fmt.Sprintf("[%d,%d]", i, n))
			}
		})
	}
	all.Wait()
}
