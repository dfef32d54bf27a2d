package event

import (
	"encoding/base64"
	"fmt"
	"sort"
	"strings"
	"testing"
)

// Small events of the forms in which AWS sends them, and what is not NULL in the rows that
// a table makes of them.
func TestReadyMadeEvents(t *testing.T) {
	packed := base64.StdEncoding.EncodeToString([]byte(gzipped(`{"owner":"1","logGroup":"/app","policyLevel":"ACCOUNT_LEVEL_POLICY","logEvents":[{"id":"e","message":"m"}]}`)))
	for _, test := range []struct{ name, table, event, want string }{
		{"a pipe from SQS", "sqs_records", `[{"messageId":"m","body":"b","eventSource":"aws:sqs"},{"messageId":"n"}]`,
			"body=b event_source=aws:sqs message_id=m; message_id=n"},
		{"a pipe from Kinesis", "kinesis_records", `[{"eventID":"e","partitionKey":"p","sequenceNumber":"1","data":"YQ==","approximateArrivalTimestamp":1.5,"kinesisSchemaVersion":"1.0"}]`,
			"approximate_arrival_timestamp=1.5 data=a data_blob=a event_id=e kinesis_schema_version=1.0 partition_key=p sequence_number=1"},
		{"a pipe from DynamoDB", "dynamodb_records", `[{"eventID":"e","dynamodb":{"Keys":{"id":{"N":"1"}}}}]`, `event_id=e keys={"id":1}`},
		{"a pipe from Kafka", "kafka_records", `[{"topic":"t","partition":0,"offset":3,"value":"YQ==","eventSource":"aws:kafka","eventSourceArn":"arn"}]`,
			"event_source=aws:kafka event_source_arn=arn offset=3 partition=0 topic=t value=a value_blob=a"},
		{"a pipe from ActiveMQ", "activemq_records", `[{"messageID":"m","data":"YQ==","eventSource":"aws:amq"}]`, "data=a data_blob=a event_source=aws:amq message_id=m"},
		{"a pipe from RabbitMQ", "rabbitmq_records", `[{"basicProperties":{"priority":3},"data":"YQ==","eventSourceKey":"q::/"}]`, "data=a data_blob=a priority=3 queue=q::/"},
		{"no pipe", "sqs_records", `{"messageId":"m"}`, ""},
		{"ActiveMQ", "activemq_records", `{"eventSource":"aws:mq","eventSourceArn":"arn","messages":[{"messageID":"m","destination":{"physicalName":"q"},"redelivered":false,"data":"YQ=="}]}`,
			"data=a data_blob=a destination=q event_source=aws:mq event_source_arn=arn message_id=m redelivered=0"},
		{"RabbitMQ", "rabbitmq_records", `{"eventSource":"aws:rmq","rmqMessagesByQueue":{"q::/":[{"basicProperties":{"messageId":"m","headers":{"a":1}},"data":"YQ=="},{"data":"Yg=="}]}}`,
			`data=a data_blob=a event_source=aws:rmq headers={"a":1} message_id=m queue=q::/; data=b data_blob=b event_source=aws:rmq queue=q::/`},
		{"DocumentDB", "documentdb_records", `{"eventSource":"aws:docdb","events":[{"event":{"_id":{"_data":"01"},"operationType":"insert","ns":{"db":"d","coll":"c"},"fullDocument":{"a":1}}}]}`,
			`collection=c database=d event_id=01 event_source=aws:docdb full_document={"a":1} operation_type=insert`},
		{"SES", "ses_records", `{"Records":[{"eventSource":"aws:ses","ses":{"mail":{"messageId":"m","commonHeaders":{"subject":"s"}},"receipt":{"spamVerdict":{"status":"PASS"}}}}]}`,
			`common_headers={"subject":"s"} event_source=aws:ses message_id=m spam_verdict=PASS subject=s`},
		{"S3 Batch", "s3_batch_tasks", `{"invocationId":"i","job":{"id":"j"},"tasks":[{"taskId":"t","s3Key":"a+b","s3BucketArn":"arn"}]}`,
			"bucket_arn=arn invocation_id=i job_id=j key=a b task_id=t"},
		{"an alarm", "cloudwatch_alarm", `{"alarmArn":"arn","alarmData":{"alarmName":"a","state":{"value":"ALARM","reasonData":"{\"x\":1}"},"previousState":{"value":"OK"}}}`,
			`arn=arn name=a previous_state=OK reason_data={"x":1} state=ALARM`},
		{"logs", "log_events", `{"awslogs":{"data":"` + packed + `"}}`, "id=e log_group=/app message=m owner=1 policy_level=ACCOUNT_LEVEL_POLICY"},
		{"unpacked logs", "log_events", `{"logGroup":"/app","logEvents":[{"message":"m"}]}`, "log_group=/app message=m"},
		{"Firehose with a time as text", "firehose_records", `{"records":[{"recordId":"r","approximateArrivalTimestamp":"2012-04-23T18:25:43.511Z","kinesisRecordMetadata":{"approximateArrivalTimestamp":5}}]}`,
			"approximate_arrival_timestamp=1335205543511 record_id=r stream_arrival_timestamp=5"},
		{"S3", "s3_records", `{"Records":[{"eventSource":"aws:s3","s3":{"s3SchemaVersion":"1.0","object":{"key":"a%20b+c","urlDecodedKey":"a b c"}}}]}`,
			"event_source=aws:s3 key=a b c s3_schema_version=1.0 url_decoded_key=a b c"},
		{"a WebSocket API", "http_request", `{"requestContext":{"routeKey":"$connect","connectionId":"c","eventType":"CONNECT","domainName":"d"},"isBase64Encoded":false}`,
			"connection_id=c event_type=CONNECT host=d route=$connect"},
		{"VPC Lattice, version 1", "http_request", `{"raw_path":"/a","method":"GET","headers":{"host":"h","x-forwarded-for":"1.2.3.4","user-agent":"u"},"query_string_parameters":{"a":"1"},"body":"YQ==","is_base64_encoded":true}`,
			`body=a body_blob=a headers={"host":"h","x-forwarded-for":"1.2.3.4","user-agent":"u"} host=h method=GET path=/a query={"a":"1"} query_values={"a":["1"]} source_ip=1.2.3.4 user_agent=u`},
		{"VPC Lattice, version 2", "http_request", `{"version":"2.0","path":"/a","method":"PUT","headers":{"accept":["x","y"]},"queryStringParameters":{"a":["1","2"]},"requestContext":{"timeEpoch":"1696331543569073"}}`,
			`headers={"accept":"x,y"} method=PUT path=/a query={"a":"2"} query_values={"a":["1","2"]} time=1696331543569`},
		{"a body that is not base64", "http_request", `{"body":"Hi!","isBase64Encoded":true}`, "body=Hi! body_blob=Hi!"},
		{"an array as a request", "http_request", `[{"path":"/a"},{}]`, ""},
		{"null as a request", "http_request", `null`, ""},
		{"an empty array as an event", "eventbridge_event", `[]`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, r := range readRows(t, test.table, []byte(test.event)) {
				got = append(got, notNull(r))
			}
			if strings.Join(got, "; ") != test.want || len(got) == 0 && test.name != "no pipe" {
				t.Errorf("%d rows\n%s, want\n%s", len(got), strings.Join(got, "; "), test.want)
			}
		})
	}
}

// notNull prints the values of a row that are not NULL and not an empty object.
func notNull(r row) string {
	var values []string
	for name, v := range r {
		switch {
		case v.Kind == Integer:
			values = append(values, fmt.Sprintf("%s=%d", name, v.Integer()))
		case v.Kind == Real:
			values = append(values, fmt.Sprintf("%s=%g", name, v.Real()))
		case v.Kind != Null && v.Text != "{}":
			values = append(values, name+"="+v.Text)
		}
	}
	sort.Strings(values)
	return strings.Join(values, " ")
}
