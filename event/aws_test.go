package event

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/tidwall/gjson"
)

// awsEvents returns the sample events of aws-lambda-go, by file name.
func awsEvents(t testing.TB) map[string][]byte {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/aws/aws-lambda-go@v1.55.1").Output()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(dir)), "events", "testdata", "*.json"))
	if err != nil || len(files) < 50 {
		t.Fatalf("%d sample events, %v", len(files), err)
	}
	events := make(map[string][]byte, len(files))
	for _, file := range files {
		if strings.Contains(file, "malformed") {
			continue
		}
		if events[filepath.Base(file)], err = os.ReadFile(file); err != nil {
			t.Fatal(err)
		}
	}
	return events
}

// All fields of AWS's events, and those in them and again in those, read as encoding/json
// reads them: by name, by position, by path, and as columns of an event table.
func TestAWSEvents(t *testing.T) {
	for name, payload := range awsEvents(t) {
		t.Run(name, func(t *testing.T) {
			e := parse(t, string(payload))
			var fields map[string]json.RawMessage
			if err := json.Unmarshal(payload, &fields); err != nil {
				t.Fatal(err)
			}
			for name, raw := range fields {
				if got := e.Lookup(name).JSON(); got != string(raw) {
					t.Errorf("%s: got %s, want %s", name, got, raw)
				}
			}
			var paths []string
			compareTree(t, e, e, "", 3, &paths)
			comparePathsAsColumns(t, e, paths)
		})
	}
}

// compareTree compares what is in a value, at that path, with what encoding/json reads.
func compareTree(t *testing.T, event, at Event, path string, depth int, paths *[]string) {
	if path != "" {
		*paths = append(*paths, path)
		checkPath(t, event, path, at)
		checkAgainstJSON(t, at)
	}
	if depth == 0 {
		return
	}
	down := func(key string, raw json.RawMessage) {
		compareTree(t, event, parse(t, string(raw)), strings.TrimPrefix(path+"."+gjson.Escape(key), "."), depth-1, paths)
	}
	var members map[string]json.RawMessage
	var elements []json.RawMessage
	switch {
	case at.IsObject() && json.Unmarshal([]byte(at.raw), &members) == nil:
		for key, raw := range members {
			down(key, raw)
		}
	case at.IsArray() && json.Unmarshal([]byte(at.raw), &elements) == nil:
		for i, raw := range elements {
			down(strconv.Itoa(i), raw)
		}
	}
}

func checkPath(t *testing.T, e Event, path string, want Event) {
	t.Helper()
	compiled, err := ParsePath(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := compiled.Find(e); got != want {
		t.Errorf("%s: got %s, want %s", path, got.JSON(), want.JSON())
	}
}

func comparePathsAsColumns(t *testing.T, e Event, paths []string) {
	table := Table{}
	for _, path := range paths {
		compiled, err := ParsePath(path)
		if err != nil {
			t.Fatal(err)
		}
		table.Columns = append(table.Columns, Column{Name: path, Path: compiled})
	}
	if e.IsArray() {
		return
	}
	rows := table.Open(e, AllColumns)
	if !rows.Next() {
		t.Fatal("no row")
	}
	for i := range table.Columns {
		if got, want := rows.Value(i), table.Columns[i].Path.In(e); got != want {
			t.Errorf("%s: got %+v, want %+v", paths[i], got, want)
		}
	}
	if rows.Next() {
		t.Error("a second row")
	}
}

// Paths into AWS's events, as the documentation shows them.
func TestAWSPaths(t *testing.T) {
	events := awsEvents(t)
	for _, test := range []struct {
		file, path string
		want       Value
	}{
		{"sqs-event.json", "Records.0.messageId", TextValue("MessageID_1")},
		{"sqs-event.json", "Records.#", IntegerValue(1)},
		{"sqs-event.json", "Records.0.attributes.ApproximateReceiveCount", TextValue("2")},
		{"kinesis-event.json", "Records.0.kinesis.data|@frombase64", TextValue("Hello World")},
		{"kinesis-event.json", "Records.#.kinesis.data.@frombase64", TextValue(`["Hello World","Hello World"]`)},
		{"kinesis-event.json", "Records.0.kinesis.approximateArrivalTimestamp", RealValue(1480641523.477)},
		{"cloudwatch-logs-event.json", "awslogs.data|@gunzip|@fromstr|logGroup", TextValue("testLogGroup")},
		{"cloudwatch-logs-event.json", "awslogs.data|@gunzip|@fromstr|logEvents.#", IntegerValue(2)},
		{"cloudwatch-logs-event.json", "awslogs.data|@gunzip|@fromstr|logEvents.#.timestamp", TextValue("[1440442987000,1440442987001]")},
		{"dynamodb-event.json", "Records.0.dynamodb.NewImage|@fromdynamodb", TextValue(`{"val":"data","asdf1":"AAEqQQ==","asdf2":["AAEqQQ==","QSoBAA=="],"key":"binary"}`)},
		{"dynamodb-event.json", "Records.0.dynamodb.Keys|@fromdynamodb|key", TextValue("binary")},
		{"dynamodb-event.json", `Records.#(eventName=="INSERT").dynamodb.SizeBytes`, IntegerValue(54)},
		{"dynamodb-event.json", `Records.#[eventName="INSERT"].dynamodb.SizeBytes`, IntegerValue(54)},
		{"apigw-request.json", "requestContext.identity.sourceIp", TextValue("192.168.196.186")},
		{"kafka-event.json", "records.AWSKafkaTopic-0.0.value|@frombase64", TextValue("8d5596b4-1813-4238-b24b-6dad8e3d1c0c")},
		{"kafka-event.json", "records.@values|@flatten|0.topic", TextValue("AWSKafkaTopic")},
	} {
		path, err := ParsePath(test.path)
		if err != nil {
			t.Error(err)
			continue
		}
		if got := path.In(parse(t, string(events[test.file]))); got != test.want {
			t.Errorf("%s: %s\n got %+v\nwant %+v", test.file, test.path, got, test.want)
		}
	}
}
