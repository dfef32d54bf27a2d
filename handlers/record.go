package handlers

import (
	"strings"

	"sqlambda/event"
	"sqlambda/internal/jsontext"
)

// record is one record of a batch.
type record struct {
	event      event.Event
	identifier string   // the JSON that names it in the response; may be empty
	order      ordering // what a failure means for the records after it
	group      string   // the records that are ordered among each other
}

// ordering is what the failure of a record means for those after it in its group: of SQS FIFO
// queues, Kinesis, DynamoDB streams and Kafka none of them is run.
type ordering int

const (
	independent ordering = iota
	checkpoint           // the source goes on from the first that failed: the rest is not reported
	ordered              // the rest is reported too, or the source would take it for done
)

// Records returns the array of an event's records: Records or, as EventBridge Pipes sends
// them, the event itself, or Kafka's records, which are grouped by topic and partition. Any
// other event has none: then the result is not an array.
func Records(e event.Event) event.Event {
	list := e.Lookup("Records")
	switch groups := e.Lookup("records"); {
	case list.IsArray():
	case e.IsArray():
		return e
	case groups.IsObject():
		if all, err := event.ParsePath("records|@values|@flatten"); err == nil {
			return all.Find(e)
		}
	}
	return list
}

// records returns the records of the event, and what reads one.
func (h *Handler) records() (list event.Event, read func(event.Event) record, err error) {
	e := h.host.event
	list, read = Records(e), newKafkaRecord
	switch {
	case !list.IsArray():
		err = newError(InvalidEvent, "a :batch query needs an event with Records, as SQS, Kinesis, DynamoDB streams and Kafka send it, or an array, as EventBridge Pipes does")
	case e.IsArray():
		read = h.newPipeRecord
	case e.Lookup("Records").IsArray():
		read = h.newRecord
	}
	return list, read, err
}

// newRecord is a record of Records. One of a source without partial failures has no
// identifier.
func (h *Handler) newRecord(e event.Event) record {
	r := record{event: e}
	switch e.Field("eventSource").Text {
	case "aws:sqs":
		r.identifier = identifier(e.Lookup("messageId"))
		if strings.HasSuffix(e.Field("eventSourceARN").Text, ".fifo") {
			r.order = ordered
			if h.Query.ByGroup {
				r.group = e.Lookup("attributes").Field("MessageGroupId").Text
			}
		}
	case "aws:kinesis":
		r.order, r.identifier = checkpoint, identifier(e.Lookup("kinesis").Lookup("sequenceNumber"))
	case "aws:dynamodb":
		r.order, r.identifier = checkpoint, identifier(e.Lookup("dynamodb").Lookup("SequenceNumber"))
	}
	return r
}

// newPipeRecord is a record of a pipe, which is identified by the messageId of SQS or by its
// eventID: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html.
func (h *Handler) newPipeRecord(e event.Event) record {
	r := h.newRecord(e)
	if e.Field("eventSource").Text != "aws:sqs" {
		r.identifier = identifier(e.Lookup("eventID"))
	}
	return r
}

// identifier is the JSON of a string that is not empty, or nothing.
func identifier(e event.Event) string {
	if e.Value().Kind != event.Text || e.Value().Text == "" {
		return ""
	}
	return e.JSON()
}

// newKafkaRecord is a record of Kafka's; its identifier is that of
// https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html.
func newKafkaRecord(e event.Event) record {
	topic, partition, offset := e.Field("topic"), e.Lookup("partition"), e.Lookup("offset")
	if topic.Kind != event.Text || partition.Value().Kind != event.Integer || offset.Value().Kind != event.Integer {
		return record{event: e}
	}
	group := topic.Text + "-" + partition.JSON()
	name := jsontext.Append([]byte(`{"partition":`), group)
	return record{event: e, identifier: string(name) + `,"offset":` + offset.JSON() + "}", order: ordered, group: group}
}
