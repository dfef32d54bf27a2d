package event

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/tidwall/gjson"
)

// sqsEvent has n records of about 75 bytes, with three columns that are plain fields.
func sqsEvent(n int) []byte {
	var b strings.Builder
	b.WriteString(`{"Records":[`)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"messageId":"m-%06d","sku":"sku-%04d","quantity":%d,"price":%d.5}`, i, i%97, i%7, i%100)
	}
	b.WriteString("]}")
	return []byte(b.String())
}

// fullSQSEvent has records as SQS sends them, with a JSON body.
func fullSQSEvent(n int) []byte {
	var b strings.Builder
	b.WriteString(`{"Records":[`)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"messageId":"059f36b4-87a3-44ab-83d2-661975%06d","receiptHandle":"AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a","body":"{\"id\":%d,\"customer\":\"ada\",\"total\":%d.5}","attributes":{"ApproximateReceiveCount":"1","SentTimestamp":"1545082649183","SenderId":"AIDAIENQZJOLO23YVJ4VO","ApproximateFirstReceiveTimestamp":"1545082649185"},"messageAttributes":{},"md5OfBody":"e4e68fb7bd0e697a0ae8f1bb342846b3","eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:us-east-2:123456789012:my-queue","awsRegion":"us-east-2"}`, i, i, i%100)
	}
	b.WriteString("]}")
	return []byte(b.String())
}

// ordersEvent has the records of the jobs group and reshape of the module bench.
func ordersEvent(n int) []byte {
	b := []byte(`{"Records":[`)
	for i := range n {
		b = fmt.Appendf(b, `{"messageId":"%05d","body":"{\"customer\":\"customer-%02d\",\"total\":%d.%02d}"},`, i, i*7%17, i%40, i%4*25)
	}
	return append(b[:len(b)-1], `]}`...)
}

const apiGatewayEvent = "apigw-v2-request-jwt-authorizer.json"

func BenchmarkParse(b *testing.B) {
	for _, payload := range []struct {
		name string
		json []byte
	}{
		{"hello", []byte(`{"name":"Ada Lovel"}`)},
		{"apigw", awsEvents(b)[apiGatewayEvent]},
		{"sqs-1000", sqsEvent(1000)},
		{"sqs-full-1000", fullSQSEvent(1000)},
		{"6MiB", fullSQSEvent(9000)},
	} {
		b.Run(payload.name, func(b *testing.B) {
			b.SetBytes(int64(len(payload.json)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Parse(payload.json); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(payload.name+"/gjson", func(b *testing.B) {
			b.SetBytes(int64(len(payload.json)))
			b.ReportAllocs()
			for b.Loop() {
				gjson.ValidBytes(payload.json)
			}
		})
		b.Run(payload.name+"/encoding", func(b *testing.B) {
			b.SetBytes(int64(len(payload.json)))
			b.ReportAllocs()
			for b.Loop() {
				json.Valid(payload.json)
			}
		})
	}
}

func BenchmarkPath(b *testing.B) {
	events := awsEvents(b)
	for _, test := range []struct{ file, path string }{
		{apiGatewayEvent, "rawPath"},
		{apiGatewayEvent, "requestContext.http.method"},
		{"sqs-event.json", "Records.0.body"},
		{"cloudwatch-logs-event.json", "awslogs.data|@gunzip|@fromstr|logGroup"},
		{"kinesis-event.json", "Records.0.kinesis.data|@frombase64"},
	} {
		e := parse(b, string(events[test.file]))
		path := compile(b, test.path)
		b.Run(test.path, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				path.In(e)
			}
		})
		b.Run(test.path+"/gjson", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				gjson.Get(e.raw, test.path)
			}
		})
	}
}

func BenchmarkParameters(b *testing.B) {
	p := NewParameters([]Parameter{{Name: "name", Type: TextType, NotNull: true}, {Name: "limit", Type: IntegerType, Default: IntegerValue(20)}})
	e := parse(b, `{"name":"Ada","limit":"5"}`).In(NewMemory(1 << 20))
	room := make([]Value, 0, len(p.list))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Read(e, room); err != nil {
			b.Fatal(err)
		}
	}
}

// One operation reads 1,000 records; per record is the time for one.
func BenchmarkTable(b *testing.B) {
	small, full := parse(b, string(sqsEvent(1000))), parse(b, string(fullSQSEvent(1000)))
	orders := parse(b, string(ordersEvent(1000)))
	for _, test := range []struct {
		name    string
		event   Event
		columns []string
	}{
		{"none", small, nil},
		{"three", small, []string{"messageId TEXT", "quantity INTEGER", "price REAL"}},
		{"four", small, []string{"messageId TEXT", "sku TEXT", "quantity INTEGER", "price REAL"}},
		{"full/none", full, nil},
		{"full/three", full, []string{"messageId TEXT", "body TEXT", "awsRegion TEXT"}},
		{"full/dotted", full, []string{"messageId TEXT", "sent INTEGER attributes.SentTimestamp", "count INTEGER attributes.ApproximateReceiveCount"}},
		{"full/body", full, []string{"id INTEGER body|@fromstr|id", "customer TEXT body|@fromstr|customer", "total REAL body|@fromstr|total"}},
		{"group", orders, []string{"customer TEXT body|@fromstr|customer", "total REAL body|@fromstr|total"}},
		{"reshape", orders, []string{"id TEXT messageId", "customer TEXT body|@fromstr|customer", "total REAL body|@fromstr|total"}},
		{"full/gjson", full, []string{"id JSON body|@fromstr|@keys"}},
	} {
		table := newTable(b, "Records", test.columns...)
		b.Run(test.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				n := 0
				for rows := table.Open(test.event, AllColumns); rows.Next(); n++ {
					for i := range table.Columns {
						rows.Value(i)
					}
				}
				if n != 1000 {
					b.Fatal(n)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/record")
		})
	}
}

// The whole event as a parameter costs no pass over it.
func BenchmarkWholeEvent(b *testing.B) {
	p := NewParameters([]Parameter{{Path: Path{}}})
	e := parse(b, string(sqsEvent(10_000))).In(NewMemory(1 << 20))
	for b.Loop() {
		if values, err := p.Read(e, nil); err != nil || len(values) != 1 || len(values[0].Text) != len(e.raw) {
			b.Fatal(values, err)
		}
	}
}
