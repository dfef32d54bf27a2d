package handlers

import (
	"cmp"
	"errors"
	"strings"
	"time"

	"sqlambda/engine"
	"sqlambda/event"
	"sqlambda/internal/jsontext"
)

// runBatch runs the query once for each record of the event, each in a part of
// the transaction of its own, and appends the response that tells the event
// source mapping which records failed:
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting.
//
// A record without an identifier cannot be reported: its failure fails the
// invocation: an identifier that is null or unknown would have the whole batch
// tried again in any case, after what the others wrote was kept.
func (h *Handler) runBatch() error {
	records, read, err := h.records()
	if err != nil {
		return err
	}
	if err := h.eventFields.read(h.host.event); err != nil {
		return err
	}
	h.state = h.state[:0]
	h.buffer = append(h.buffer, `{"batchItemFailures":[`...)
	var over error               // why the rest is not run
	failed := map[string]error{} // why the rest of a group is not run
	atomic := h.isAtomic()
	i := 0
	for element := range records.Elements() {
		const checkEvery = 64 // records that fail before a statement runs, which would look at the clock
		if i++; i%checkEvery == 0 && !h.until.IsZero() && !time.Now().Before(h.until) {
			over = h.watchdog.timeout()
		}
		r := read(element)
		undone, err := true, cmp.Or(over, failed[r.group])
		runs := err == nil
		if runs {
			undone, err = h.runRecord(r, atomic)
		}
		if err == nil {
			h.state, h.nextState = h.nextState, h.state
			continue
		}
		if r.identifier == "" || !undone {
			return err
		}
		if h.buffer[len(h.buffer)-1] != '[' {
			h.buffer = append(h.buffer, ',')
		}
		h.buffer = append(append(append(h.buffer, `{"itemIdentifier":`...), r.identifier...), '}')
		if !runs {
			continue
		}
		if kind := h.logFailure(r, err); kind == Timeout {
			over = err
		}
		if r.order == ordered {
			failed[r.group] = err
		} else if r.order == checkpoint {
			break
		}
	}
	h.buffer = h.appendState(append(h.buffer, ']'))
	return nil
}

// readState runs the last statement for a record. Its last row is the state of a tumbling
// window, if the columns are named so: {"state":…}.
func (h *Handler) readState(s *Step) error {
	h.nextState = append(h.nextState[:0], h.state...)
	row, err := h.firstRow(s)
	for row && err == nil {
		if h.shape != nil {
			h.nextState, err = h.appendRow(h.nextState[:0], s)
		}
		if err == nil {
			row, err = s.Stmt.Step()
		}
	}
	return err
}

// appendState adds the state of a tumbling window to the response. Without a record that
// gave one it stays as it was:
// https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html.
func (h *Handler) appendState(b []byte) []byte {
	switch before := h.host.event.Lookup("state"); {
	case h.shape != nil && len(h.state) > 0:
		return append(append(b, ','), h.state[1:]...)
	case h.shape != nil && before.Exists():
		b = append(append(b, `,"state":`...), before.JSON()...)
	}
	return append(b, '}')
}

// logFailure writes the error of a record, which the response does not hold, and returns its
// type.
func (h *Handler) logFailure(r record, err error) string {
	var e *Error
	errors.As(err, &e)
	fields := append([]byte(`{"itemIdentifier":`), r.identifier...)
	fields = jsontext.Append(append(fields, `,"errorType":`...), e.Type)
	fields = append(fields, `,"stackTrace":[`...)
	for _, place := range e.Stack { // one at most
		fields = jsontext.Append(fields, place)
	}
	h.host.Log(engine.Error, "record "+r.identifier+" failed: "+e.Message, string(append(fields, "]}"...)))
	return e.Type
}

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
