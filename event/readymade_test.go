package event

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"
)

// row is a row of a table by the names of its columns.
type row map[string]Value

func readRows(t *testing.T, table string, payload []byte) []row {
	t.Helper()
	ready, ok := ReadyMade(table)
	if !ok {
		t.Fatalf("there is no table %s", table)
	}
	e := parse(t, string(payload))
	all := rowsOf(ready, e, AllColumns)
	for i := range ready.Columns { // what is read together, and what is read alone
		name := ready.Columns[i].Name
		alone, _ := ReadyMade(table)
		for n, r := range rowsOf(alone, e, 1<<i) {
			if r[name] != all[n][name] {
				t.Errorf("%s alone is %+v, with others %+v", name, r[name], all[n][name])
			}
		}
	}
	return all
}

func rowsOf(table *Table, e Event, used uint64) (rows []row) {
	for r := table.Open(e, used); r.Next(); {
		values := row{}
		for i, c := range table.Columns {
			values[c.Name] = r.Value(i)
		}
		rows = append(rows, values)
	}
	return rows
}

// value is what a field of a typed struct is in SQL: "" and what is absent is NULL.
func value(field any) Value {
	switch v := field.(type) {
	case Value:
		return v
	case string:
		if v != "" {
			return TextValue(v)
		}
	case int64:
		return IntegerValue(v)
	case float64:
		return RealValue(v)
	case []byte:
		return BlobValue(string(v))
	case events.MilliSecondsEpochTime:
		return IntegerValue(v.UnixMilli())
	case time.Time:
		return TextValue(v.Format("2006-01-02T15:04:05.000Z"))
	default:
		b, _ := json.Marshal(field)
		if s := string(b); s != "null" {
			return TextValue(s)
		}
	}
	return Value{}
}

// seconds is a time as AWS sends it; aws-lambda-go has it a fraction of a millisecond less.
func seconds(t events.SecondsEpochTime) float64 {
	return math.Round(float64(t.UnixNano())/1e6) / 1e3
}

// same compares a row with what the typed struct has; JSON by its meaning.
func same(t *testing.T, got row, want map[string]any) {
	t.Helper()
	for name := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("the column %s is not compared", name)
		}
	}
	for name, field := range want {
		g, ok := got[name]
		w := value(field)
		if !ok || g != w && !sameJSON(g.Text, w.Text) {
			t.Errorf("%s is %+v, want %+v", name, g, w)
		}
	}
}

func sameJSON(a, b string) bool {
	var x, y any
	if json.Unmarshal([]byte(a), &x) != nil || json.Unmarshal([]byte(b), &y) != nil {
		return false
	}
	return reflect.DeepEqual(withoutNulls(x), withoutNulls(y))
}

// withoutNulls drops what the typed structs add: null and empty fields.
func withoutNulls(x any) any {
	m, ok := x.(map[string]any)
	if !ok {
		return x
	}
	for k, v := range m {
		if v = withoutNulls(v); v == nil || reflect.DeepEqual(v, []any{}) || v == "" {
			delete(m, k)
		} else {
			m[k] = v
		}
	}
	return m
}

func unmarshal[T any](t *testing.T, payload []byte) (v T) {
	t.Helper()
	if err := json.Unmarshal(payload, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// The sample events of aws-lambda-go through their tables, beside its typed structs.
func TestReadyMadeTables(t *testing.T) {
	compare := map[string]func(*testing.T, []byte){
		"sqs-event.json": compareSQS,
		"sns-event.json": compareSNS,
		"cloudwatch-alarm-sns-payload-single-metric.json":    compareSNS,
		"cloudwatch-alarm-sns-payload-multiple-metrics.json": compareSNS,
		"kinesis-event.json":              compareKinesis,
		"kinesis-time-window-event.json":  compareKinesis,
		"dynamodb-event.json":             compareDynamoDB,
		"dynamodb-time-window-event.json": compareDynamoDB,
		"s3-event.json":                   compareS3,
		"s3-event-with-decoded.json":      compareS3,
		"s3-glacier-event.json":           compareS3,
		"s3-intelligenttier-event.json":   compareS3,
		"s3-lifecycle-event.json":         compareS3,
		"s3-replication-event.json":       compareS3,
		"s3-restore-event.json":           compareS3,
		"kafka-event.json":                compareKafka,
		"kinesis-firehose-event.json":     compareFirehose,
		"cloudwatch-logs-event.json":      compareLogs,
	}
	for name, payload := range awsEvents(t) {
		run := compare[name]
		switch {
		case strings.HasPrefix(name, "apigw-v2-request") || name == "lambda-urls-request.json":
			run = compareHTTPv2
		case strings.HasPrefix(name, "alb-lambda-target-request"):
			run = compareALB
		case name == "apigw-request.json" || name == "apigw-restapi-openapi-request.json":
			run = compareHTTPv1
		case run == nil && strings.Contains(string(payload), `"detail-type"`):
			run = compareEventBridge
		case run == nil:
			continue
		}
		delete(compare, name)
		t.Run(name, func(t *testing.T) { run(t, payload) })
	}
	for name := range compare {
		t.Errorf("there is no %s", name)
	}
}

func compareSQS(t *testing.T, payload []byte) {
	want := unmarshal[events.SQSEvent](t, payload).Records
	rows := readRows(t, "sqs_records", payload)
	if len(rows) != len(want) || len(want) == 0 {
		t.Fatalf("%d rows", len(rows))
	}
	number := func(m events.SQSMessage, name string) any {
		n, err := strconv.ParseInt(m.Attributes[name], 10, 64)
		if err != nil {
			return nil
		}
		return n
	}
	for i, m := range want {
		same(t, rows[i], map[string]any{
			"message_id": m.MessageId, "receipt_handle": m.ReceiptHandle, "body": m.Body, "message_attributes": m.MessageAttributes,
			"approximate_receive_count": number(m, "ApproximateReceiveCount"), "sent_timestamp": number(m, "SentTimestamp"),
			"approximate_first_receive_timestamp": number(m, "ApproximateFirstReceiveTimestamp"), "sender_id": m.Attributes["SenderId"],
			"message_group_id": m.Attributes["MessageGroupId"], "message_deduplication_id": m.Attributes["MessageDeduplicationId"],
			"sequence_number": m.Attributes["SequenceNumber"], "aws_trace_header": m.Attributes["AWSTraceHeader"],
			"dead_letter_queue_source_arn": m.Attributes["DeadLetterQueueSourceArn"], "md5_of_body": m.Md5OfBody,
			"md5_of_message_attributes": m.Md5OfMessageAttributes, "event_source_arn": m.EventSourceARN, "event_source": m.EventSource, "aws_region": m.AWSRegion,
		})
	}
}

func compareSNS(t *testing.T, payload []byte) {
	want := unmarshal[events.SNSEvent](t, payload).Records
	rows := readRows(t, "sns_records", payload)
	if len(rows) != len(want) {
		t.Fatalf("%d rows", len(rows))
	}
	for i, r := range want {
		same(t, rows[i], map[string]any{
			"message_id": r.SNS.MessageID, "subject": r.SNS.Subject, "message": r.SNS.Message, "message_attributes": r.SNS.MessageAttributes,
			"timestamp": r.SNS.Timestamp, "topic_arn": r.SNS.TopicArn, "type": r.SNS.Type, "event_subscription_arn": r.EventSubscriptionArn,
			"signature": r.SNS.Signature, "signature_version": r.SNS.SignatureVersion, "signing_cert_url": r.SNS.SigningCertURL,
			"unsubscribe_url": r.SNS.UnsubscribeURL, "event_source": r.EventSource, "event_version": r.EventVersion,
		})
	}
}

func compareKinesis(t *testing.T, payload []byte) {
	want := unmarshal[events.KinesisEvent](t, payload).Records
	rows := readRows(t, "kinesis_records", payload)
	if len(rows) != len(want) || len(want) == 0 {
		t.Fatalf("%d rows", len(rows))
	}
	for i, r := range want {
		same(t, rows[i], map[string]any{
			"event_id": r.EventID, "partition_key": r.Kinesis.PartitionKey, "sequence_number": r.Kinesis.SequenceNumber,
			"data": string(r.Kinesis.Data), "data_blob": r.Kinesis.Data,
			"approximate_arrival_timestamp": seconds(r.Kinesis.ApproximateArrivalTimestamp),
			"kinesis_schema_version":        r.Kinesis.KinesisSchemaVersion, "event_name": r.EventName, "event_version": r.EventVersion,
			"invoke_identity_arn": r.InvokeIdentityArn, "event_source_arn": r.EventSourceArn, "event_source": r.EventSource, "aws_region": r.AwsRegion,
		})
	}
}

func compareDynamoDB(t *testing.T, payload []byte) {
	want := unmarshal[events.DynamoDBEvent](t, payload).Records
	rows := readRows(t, "dynamodb_records", payload)
	if len(rows) != len(want) || len(want) == 0 {
		t.Fatalf("%d rows", len(rows))
	}
	for i, r := range want {
		var identity any
		if r.UserIdentity != nil {
			identity = r.UserIdentity
		}
		same(t, rows[i], map[string]any{
			"event_id": r.EventID, "event_name": r.EventName, "keys": plainItem(r.Change.Keys), "new_image": plainItem(r.Change.NewImage),
			"old_image": plainItem(r.Change.OldImage), "sequence_number": r.Change.SequenceNumber,
			"approximate_creation_date_time": seconds(r.Change.ApproximateCreationDateTime),
			"size_bytes":                     r.Change.SizeBytes, "stream_view_type": r.Change.StreamViewType, "user_identity": identity,
			"event_version": r.EventVersion, "event_source_arn": r.EventSourceArn, "event_source": r.EventSource, "aws_region": r.AWSRegion,
		})
	}
}

// plainItem is an item as plain JSON.
func plainItem(item map[string]events.DynamoDBAttributeValue) any {
	if item == nil {
		return nil
	}
	plain := map[string]any{}
	for name, v := range item {
		plain[name] = plainAttribute(v)
	}
	return plain
}

func plainAttribute(v events.DynamoDBAttributeValue) any {
	switch v.DataType() {
	case events.DataTypeString:
		return v.String()
	case events.DataTypeNumber:
		return json.Number(v.Number())
	case events.DataTypeBinary:
		return v.Binary()
	case events.DataTypeBinarySet:
		return v.BinarySet()
	case events.DataTypeBoolean:
		return v.Boolean()
	case events.DataTypeStringSet:
		return v.StringSet()
	case events.DataTypeNumberSet:
		var numbers []json.Number
		for _, n := range v.NumberSet() {
			numbers = append(numbers, json.Number(n))
		}
		return numbers
	case events.DataTypeMap:
		return plainItem(v.Map())
	case events.DataTypeList:
		var list []any
		for _, e := range v.List() {
			list = append(list, plainAttribute(e))
		}
		return list
	}
	return nil
}

func compareS3(t *testing.T, payload []byte) {
	want := unmarshal[events.S3Event](t, payload).Records
	raw := unmarshal[struct{ Records []map[string]any }](t, payload).Records
	rows := readRows(t, "s3_records", payload)
	if len(rows) != len(want) || len(want) == 0 {
		t.Fatalf("%d rows", len(rows))
	}
	for i, r := range want {
		object := raw[i]["s3"].(map[string]any)["object"].(map[string]any)
		same(t, rows[i], map[string]any{
			"event_name": r.EventName, "event_time": r.EventTime, "bucket": r.S3.Bucket.Name, "key": r.S3.Object.URLDecodedKey,
			"size": r.S3.Object.Size, "etag": r.S3.Object.ETag, "version_id": r.S3.Object.VersionID, "sequencer": r.S3.Object.Sequencer,
			"bucket_arn": r.S3.Bucket.Arn, "bucket_owner": r.S3.Bucket.OwnerIdentity.PrincipalID, "configuration_id": r.S3.ConfigurationID,
			"principal_id": r.PrincipalID.PrincipalID, "source_ip_address": r.RequestParameters.SourceIPAddress,
			"request_id": r.ResponseElements["x-amz-request-id"], "host_id": r.ResponseElements["x-amz-id-2"],
			"glacier_event_data": raw[i]["glacierEventData"], "restore_event_data": raw[i]["restoreEventData"],
			"replication_event_data": raw[i]["replicationEventData"], "intelligent_tiering_event_data": raw[i]["intelligentTieringEventData"],
			"lifecycle_event_data": raw[i]["lifecycleEventData"], "event_version": r.EventVersion, "aws_region": r.AWSRegion,
			"event_source": r.EventSource, "s3_schema_version": r.S3.SchemaVersion, "url_decoded_key": object["urlDecodedKey"],
		})
	}
}

func compareKafka(t *testing.T, payload []byte) {
	want := unmarshal[events.KafkaEvent](t, payload)
	rows := readRows(t, "kafka_records", payload)
	for _, group := range sortedKeys(want.Records) {
		for _, r := range want.Records[group] {
			key, _ := base64.StdEncoding.DecodeString(r.Key)
			data, _ := base64.StdEncoding.DecodeString(r.Value)
			headers := map[string]string{}
			for _, h := range r.Headers {
				for name, b := range h {
					headers[name] = strings.ToValidUTF8(string(b), "\uFFFD")
				}
			}
			same(t, rows[0], map[string]any{
				"topic": r.Topic, "partition": r.Partition, "offset": r.Offset, "timestamp": r.Timestamp, "timestamp_type": r.TimestampType,
				"key": string(key), "key_blob": key, "value": string(data), "value_blob": data, "headers": headers,
				"key_schema_metadata": nil, "value_schema_metadata": nil,
				"event_source": want.EventSource, "event_source_arn": want.EventSourceARN, "bootstrap_servers": want.BootstrapServers,
			})
			rows = rows[1:]
		}
	}
	if len(rows) != 0 {
		t.Errorf("%d more rows", len(rows))
	}
}

func sortedKeys[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

func compareFirehose(t *testing.T, payload []byte) {
	want := unmarshal[events.KinesisFirehoseEvent](t, payload)
	rows := readRows(t, "firehose_records", payload)
	if len(rows) != len(want.Records) || len(rows) == 0 {
		t.Fatalf("%d rows", len(rows))
	}
	for i, r := range want.Records {
		m := r.KinesisFirehoseRecordMetadata
		subsequence, _ := strconv.ParseInt(fmt.Sprint(m.SubsequenceNumber), 10, 64)
		same(t, rows[i], map[string]any{
			"record_id": r.RecordID, "data": string(r.Data), "data_blob": r.Data, "approximate_arrival_timestamp": r.ApproximateArrivalTimestamp,
			"partition_key": m.PartitionKey, "sequence_number": m.SequenceNumber, "subsequence_number": subsequence, "shard_id": m.ShardID,
			"stream_arrival_timestamp": m.ApproximateArrivalTimestamp, "invocation_id": want.InvocationID,
			"delivery_stream_arn": want.DeliveryStreamArn, "source_kinesis_stream_arn": want.SourceKinesisStreamArn, "region": want.Region,
		})
	}
}

func compareLogs(t *testing.T, payload []byte) {
	want, err := unmarshal[events.CloudwatchLogsEvent](t, payload).AWSLogs.Parse()
	rows := readRows(t, "log_events", payload)
	if err != nil || len(rows) != len(want.LogEvents) || len(rows) == 0 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for i, e := range want.LogEvents {
		same(t, rows[i], map[string]any{
			"id": e.ID, "timestamp": e.Timestamp, "message": e.Message, "extracted_fields": nil, "log_group": want.LogGroup,
			"log_stream": want.LogStream, "owner": want.Owner, "message_type": want.MessageType, "subscription_filters": want.SubscriptionFilters, "policy_level": nil,
		})
	}
}

func compareEventBridge(t *testing.T, payload []byte) {
	want := unmarshal[events.CloudWatchEvent](t, payload)
	rows := readRows(t, "eventbridge_event", payload)
	if len(rows) != 1 {
		t.Fatalf("%d rows", len(rows))
	}
	raw := unmarshal[map[string]any](t, payload)
	same(t, rows[0], map[string]any{
		"id": want.ID, "source": want.Source, "detail_type": want.DetailType, "detail": want.Detail, "resources": want.Resources,
		"time": raw["time"], "account": want.AccountID, "region": want.Region, "version": want.Version, "replay_name": nil,
	})
}

// FuzzReadyMade asserts that all tables can be read of any event, each column of its type.
func FuzzReadyMade(f *testing.F) {
	for _, payload := range awsEvents(f) {
		f.Add(string(payload))
	}
	f.Add(`{"records":{"a":[],"b":[{"headers":[{"x":[300]},{"y":[1]},5]}],"c":{}},"rawQueryString":"%zz&=&a=%ff","cookies":[1,"=;;x"],"body":"!","isBase64Encoded":true}`)
	f.Add(`{"Records":[{"s3":{"object":{"key":"%C3"}}},null],"multiValueHeaders":{"A":["1",null,{}],"a":"2"},"awslogs":{"data":"H4sI"}}`)
	f.Fuzz(func(t *testing.T, payload string) {
		e, err := Parse([]byte(payload))
		if err != nil {
			return
		}
		for _, name := range ReadyMadeNames() {
			table, _ := ReadyMade(name)
			for _, row := range rowsOf(table, e, AllColumns) {
				for _, c := range table.Columns {
					checkColumn(t, name, c, row[c.Name])
				}
			}
		}
	})
}

func checkColumn(t *testing.T, table string, c Column, v Value) {
	kinds := map[Type]Kind{TextType: Text, JSONType: Text, IntegerType: Integer, RealType: Real, BlobType: Blob}
	if v.Kind != Null && v.Kind != kinds[c.Type] || c.Type == TextType && !utf8.ValidString(v.Text) {
		t.Errorf("%s.%s is %+v", table, c.Name, v)
	}
	if c.Type == JSONType && v.Kind == Text && !json.Valid([]byte(v.Text)) {
		t.Errorf("%s.%s is no JSON: %s", table, c.Name, v.Text)
	}
}

// The paths of the ready-made tables are valid: ReadyMade does not check them.
func TestReadyMadePaths(t *testing.T) {
	for line := range strings.Lines(readyMade) {
		words := strings.Fields(line)
		if len(words) < 3 || words[0] == "#" {
			continue
		}
		for _, word := range words[2:] {
			path := strings.TrimSuffix(strings.TrimLeft(word, "^?"), "/*")
			if _, err := ParsePath(path); err != nil && word != "." && word != "[]" && word[0] != '=' {
				t.Errorf("%s: %v", words[0], err)
			}
		}
	}
}
