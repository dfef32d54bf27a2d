package event

// ReadyMadeNames are the names of the tables that ReadyMade has, in their order.
var ReadyMadeNames = [...]string{
	"dynamodb_records", "eventbridge_event", "firehose_records", "http_request", "kafka_records",
	"kinesis_records", "log_events", "s3_records", "sns_records", "sqs_records",
}

// ReadyMade returns a new table of that name: one for the events of an AWS service that
// invokes functions. What is in its columns, docs/events.md tells.
func ReadyMade(name string) (t *Table, ok bool) {
	switch name {
	case "dynamodb_records":
		return dynamoDBRecords(), true
	case "eventbridge_event":
		return eventBridgeEvent(), true
	case "firehose_records":
		return firehoseRecords(), true
	case "http_request":
		return httpRequest(), true
	case "kafka_records":
		return kafkaRecords(), true
	case "kinesis_records":
		return kinesisRecords(), true
	case "log_events":
		return logEvents(), true
	case "s3_records":
		return s3Records(), true
	case "sns_records":
		return snsRecords(), true
	case "sqs_records":
		return sqsRecords(), true
	}
	return nil, false
}

// constantPath compiles a path of this package's own, which is valid.
func constantPath(text string) Path {
	p, err := ParsePath(text)
	if err != nil {
		panic(err)
	}
	return p
}

// column returns a column with what its path leads to.
func column(name string, t Type, path string) Column {
	return Column{Name: name, Type: t, Path: constantPath(path)}
}

// ofEvent returns a column whose path starts at the event.
func ofEvent(name string, t Type, path string) Column {
	c := column(name, t, path)
	c.ofEvent = true
	return c
}

// derived returns a column that is made of what the paths lead to.
func derived(name string, t Type, derive func([]Event) Event, paths ...string) Column {
	c := column(name, t, paths[0])
	for _, path := range paths[1:] {
		c.others = append(c.others, constantPath(path))
	}
	c.derive = derive
	return c
}

// base64Columns are data that is base64 in the event, as text and as bytes.
func base64Columns(name, path string) [2]Column {
	return [2]Column{
		column(name, TextType, path+"|@frombase64"),
		column(name+"_blob", BlobType, path),
	}
}

// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
func sqsRecords() *Table {
	return &Table{Rows: constantPath("Records"), Columns: []Column{
		column("message_id", TextType, "messageId"),
		column("receipt_handle", TextType, "receiptHandle"),
		column("body", TextType, "body"),
		column("message_attributes", JSONType, "messageAttributes"),
		column("approximate_receive_count", IntegerType, "attributes.ApproximateReceiveCount"),
		column("sent_timestamp", IntegerType, "attributes.SentTimestamp"),
		column("approximate_first_receive_timestamp", IntegerType, "attributes.ApproximateFirstReceiveTimestamp"),
		column("sender_id", TextType, "attributes.SenderId"),
		column("message_group_id", TextType, "attributes.MessageGroupId"),
		column("message_deduplication_id", TextType, "attributes.MessageDeduplicationId"),
		column("sequence_number", TextType, "attributes.SequenceNumber"),
		column("aws_trace_header", TextType, "attributes.AWSTraceHeader"),
		column("dead_letter_queue_source_arn", TextType, "attributes.DeadLetterQueueSourceArn"),
		column("md5_of_body", TextType, "md5OfBody"),
		column("md5_of_message_attributes", TextType, "md5OfMessageAttributes"),
		column("event_source_arn", TextType, "eventSourceARN"),
		column("aws_region", TextType, "awsRegion"),
	}}
}

// https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
func snsRecords() *Table {
	return &Table{Rows: constantPath("Records"), Columns: []Column{
		column("message_id", TextType, "Sns.MessageId"),
		column("subject", TextType, "Sns.Subject"),
		column("message", TextType, "Sns.Message"),
		column("message_attributes", JSONType, "Sns.MessageAttributes"),
		column("timestamp", TextType, "Sns.Timestamp"),
		column("topic_arn", TextType, "Sns.TopicArn"),
		column("type", TextType, "Sns.Type"),
		column("event_subscription_arn", TextType, "EventSubscriptionArn"),
		column("signature", TextType, "Sns.Signature"),
		column("signature_version", TextType, "Sns.SignatureVersion"),
		column("signing_cert_url", TextType, "Sns.SigningCertUrl"),
		column("unsubscribe_url", TextType, "Sns.UnsubscribeUrl"),
	}}
}

// https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
func kinesisRecords() *Table {
	data := base64Columns("data", "kinesis.data")
	return &Table{Rows: constantPath("Records"), Columns: []Column{
		column("event_id", TextType, "eventID"),
		column("partition_key", TextType, "kinesis.partitionKey"),
		column("sequence_number", TextType, "kinesis.sequenceNumber"),
		data[0], data[1],
		column("approximate_arrival_timestamp", RealType, "kinesis.approximateArrivalTimestamp"),
		column("kinesis_schema_version", TextType, "kinesis.kinesisSchemaVersion"),
		column("event_name", TextType, "eventName"),
		column("event_version", TextType, "eventVersion"),
		column("invoke_identity_arn", TextType, "invokeIdentityArn"),
		column("event_source_arn", TextType, "eventSourceARN"),
		column("aws_region", TextType, "awsRegion"),
	}}
}

// https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
func dynamoDBRecords() *Table {
	return &Table{Rows: constantPath("Records"), Columns: []Column{
		column("event_id", TextType, "eventID"),
		column("event_name", TextType, "eventName"),
		column("keys", JSONType, "dynamodb.Keys|@fromdynamodb"),
		column("new_image", JSONType, "dynamodb.NewImage|@fromdynamodb"),
		column("old_image", JSONType, "dynamodb.OldImage|@fromdynamodb"),
		column("sequence_number", TextType, "dynamodb.SequenceNumber"),
		column("approximate_creation_date_time", RealType, "dynamodb.ApproximateCreationDateTime"),
		column("size_bytes", IntegerType, "dynamodb.SizeBytes"),
		column("stream_view_type", TextType, "dynamodb.StreamViewType"),
		column("user_identity", JSONType, "userIdentity"),
		column("event_version", TextType, "eventVersion"),
		column("event_source_arn", TextType, "eventSourceARN"),
		column("aws_region", TextType, "awsRegion"),
	}}
}

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
func s3Records() *Table {
	return &Table{Rows: constantPath("Records"), Columns: []Column{
		column("event_name", TextType, "eventName"),
		column("event_time", TextType, "eventTime"),
		column("bucket", TextType, "s3.bucket.name"),
		derived("key", TextType, formText, "s3.object.key"),
		column("size", IntegerType, "s3.object.size"),
		column("etag", TextType, "s3.object.eTag"),
		column("version_id", TextType, "s3.object.versionId"),
		column("sequencer", TextType, "s3.object.sequencer"),
		column("bucket_arn", TextType, "s3.bucket.arn"),
		column("bucket_owner", TextType, "s3.bucket.ownerIdentity.principalId"),
		column("configuration_id", TextType, "s3.configurationId"),
		column("principal_id", TextType, "userIdentity.principalId"),
		column("source_ip_address", TextType, "requestParameters.sourceIPAddress"),
		column("request_id", TextType, "responseElements.x-amz-request-id"),
		column("host_id", TextType, "responseElements.x-amz-id-2"),
		column("glacier_event_data", JSONType, "glacierEventData"),
		column("restore_event_data", JSONType, "restoreEventData"),
		column("replication_event_data", JSONType, "replicationEventData"),
		column("intelligent_tiering_event_data", JSONType, "intelligentTieringEventData"),
		column("lifecycle_event_data", JSONType, "lifecycleEventData"),
		column("event_version", TextType, "eventVersion"),
		column("aws_region", TextType, "awsRegion"),
	}}
}

// https://docs.aws.amazon.com/lambda/latest/dg/services-kinesisfirehose.html
func firehoseRecords() *Table {
	data := base64Columns("data", "data")
	return &Table{Rows: constantPath("records"), Columns: []Column{
		column("record_id", TextType, "recordId"),
		data[0], data[1],
		column("approximate_arrival_timestamp", IntegerType, "approximateArrivalTimestamp"),
		column("partition_key", TextType, "kinesisRecordMetadata.partitionKey"),
		column("sequence_number", TextType, "kinesisRecordMetadata.sequenceNumber"),
		column("subsequence_number", IntegerType, "kinesisRecordMetadata.subsequenceNumber"),
		column("shard_id", TextType, "kinesisRecordMetadata.shardId"),
		column("stream_arrival_timestamp", IntegerType, "kinesisRecordMetadata.approximateArrivalTimestamp"),
		ofEvent("invocation_id", TextType, "invocationId"),
		ofEvent("delivery_stream_arn", TextType, "deliveryStreamArn"),
		ofEvent("source_kinesis_stream_arn", TextType, "sourceKinesisStreamArn"),
		ofEvent("region", TextType, "region"),
	}}
}

// https://docs.aws.amazon.com/eventbridge/latest/ref/events-structure.html
func eventBridgeEvent() *Table {
	return &Table{Columns: []Column{
		column("id", TextType, "id"),
		column("source", TextType, "source"),
		column("detail_type", TextType, "detail-type"),
		column("detail", JSONType, "detail"),
		column("resources", JSONType, "resources"),
		column("time", TextType, "time"),
		column("account", TextType, "account"),
		column("region", TextType, "region"),
		column("version", TextType, "version"),
		column("replay_name", TextType, "replay-name"),
	}}
}

// https://docs.aws.amazon.com/lambda/latest/dg/services-cloudwatchlogs.html
func logEvents() *Table {
	const data = "awslogs.data|@gunzip|@fromstr|"
	return &Table{Rows: constantPath(data + "logEvents"), Columns: []Column{
		column("id", TextType, "id"),
		column("timestamp", IntegerType, "timestamp"),
		column("message", TextType, "message"),
		column("extracted_fields", JSONType, "extractedFields"),
		ofEvent("log_group", TextType, data+"logGroup"),
		ofEvent("log_stream", TextType, data+"logStream"),
		ofEvent("owner", TextType, data+"owner"),
		ofEvent("message_type", TextType, data+"messageType"),
		ofEvent("subscription_filters", JSONType, data+"subscriptionFilters"),
	}}
}

// https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html and
// https://docs.aws.amazon.com/lambda/latest/dg/with-kafka.html
func kafkaRecords() *Table {
	key, value := base64Columns("key", "key"), base64Columns("value", "value")
	return &Table{Rows: constantPath("records"), grouped: true, Columns: []Column{
		column("topic", TextType, "topic"),
		column("partition", IntegerType, "partition"),
		column("offset", IntegerType, "offset"),
		column("timestamp", IntegerType, "timestamp"),
		column("timestamp_type", TextType, "timestampType"),
		key[0], key[1],
		value[0], value[1],
		derived("headers", JSONType, kafkaHeaders, "headers"),
		column("key_schema_metadata", JSONType, "keySchemaMetadata"),
		column("value_schema_metadata", JSONType, "valueSchemaMetadata"),
		ofEvent("event_source", TextType, "eventSource"),
		ofEvent("event_source_arn", TextType, "eventSourceArn"),
		ofEvent("bootstrap_servers", TextType, "bootstrapServers"),
	}}
}
