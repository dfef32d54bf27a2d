package handlers

import (
	"iter"
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

func (r record) reportable() bool { return r.identifier != "" }

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

// records yields the records of the event.
func (h *Handler) records() (iter.Seq[record], error) {
	e := h.host.event
	list, read := Records(e), newKafkaRecord
	switch {
	case !list.IsArray():
		return nil, newError(InvalidEvent, "a :batch query needs an event with Records, as SQS, Kinesis, DynamoDB streams and Kafka send it, or an array, as EventBridge Pipes does")
	case e.IsArray():
		read = h.newPipeRecord
	case e.Lookup("Records").IsArray():
		read = h.newRecord
	}
	return each(list, read), nil
}

func each(list event.Event, read func(event.Event) record) iter.Seq[record] {
	return func(yield func(record) bool) {
		for element := range list.Elements() {
			if !yield(read(element)) {
				return
			}
		}
	}
}

// newRecord is a record of Records. One of a source without partial failures has no
// identifier.
func (h *Handler) newRecord(e event.Event) record {
	switch e.Field("eventSource").Text {
	case "aws:sqs":
		r := record{event: e, identifier: identifier(e.Lookup("messageId"))}
		if strings.HasSuffix(e.Field("eventSourceARN").Text, ".fifo") {
			r.order = ordered
			if h.Query.ByGroup {
				r.group = e.Lookup("attributes").Field("MessageGroupId").Text
			}
		}
		return r
	case "aws:kinesis":
		return record{event: e, identifier: identifier(e.Lookup("kinesis").Lookup("sequenceNumber")), order: checkpoint}
	case "aws:dynamodb":
		return record{event: e, identifier: identifier(e.Lookup("dynamodb").Lookup("SequenceNumber")), order: checkpoint}
	default:
		return record{event: e}
	}
}

// newPipeRecord is a record of a pipe, which is identified by the messageId of SQS or by its
// eventID: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html.
func (h *Handler) newPipeRecord(e event.Event) record {
	r := h.newRecord(e)
	if r.event.Field("eventSource").Text != "aws:sqs" {
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
