package handlers

import (
	"encoding/json"
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
// A record whose failure could not be told by its identifier fails the
// invocation: an identifier that is null or unknown would have the whole batch
// tried again in any case, after what the others wrote was kept.
func (h *Handler) runBatch() error {
	records, err := recordsOf(h.host.event)
	if err != nil {
		return err
	}
	if err := h.eventFields.read(h.host.event); err != nil {
		return err
	}
	failures := batchFailures{groups: map[string]bool{}}
	for i, r := range records {
		const checkEvery = 64 // records that fail before a statement runs, which would look at the clock
		if i%checkEvery == checkEvery-1 && h.isOver() && r.reportable() {
			failures.over = true // and the rest has to come again
		}
		if failures.holds(r) {
			failures.add(r)
			continue
		}
		if err := h.runRecord(r); err != nil {
			if !r.reportable() || h.writes && !h.conn.InTransaction() {
				return err
			}
			h.logFailure(r, err)
			failures.fail(r, err)
		}
	}
	h.buffer = failures.append(h.buffer)
	return nil
}

// runRecord runs the query for one record, and undoes what it wrote where it
// fails.
func (h *Handler) runRecord(r record) error {
	if !h.writes {
		return h.readAndRun(r.event, skipRows)
	}
	if err := h.conn.Savepoint(); err != nil {
		return h.failed(h.source.query.Statements[0], asFailure(err), time.Now())
	}
	if err := h.readAndRun(r.event, skipRows); err != nil {
		if !h.conn.InTransaction() { // the error has undone the transaction
			return err
		}
		if undo := h.conn.Revert(); undo != nil {
			return h.failed(h.source.query.Last(), asFailure(undo), time.Now())
		}
		return err
	}
	if err := h.conn.Release(); err != nil {
		return h.failed(h.source.query.Last(), asFailure(err), time.Now())
	}
	return nil
}

// logFailure writes the error of a record, which the response does not hold.
func (h *Handler) logFailure(r record, err error) {
	var e *Error
	if !errors.As(err, &e) {
		e = &Error{Type: SQLError, Message: err.Error()}
	}
	fields, _ := json.Marshal(struct {
		ItemIdentifier json.RawMessage `json:"itemIdentifier"`
		ErrorType      string          `json:"errorType"`
		StackTrace     []string        `json:"stackTrace"`
	}{json.RawMessage(r.identifier), e.Type, append([]string{}, e.Stack...)})
	h.host.Log(engine.Error, "record "+r.identifier+" failed: "+e.Message, string(fields))
}

// record is one record of a batch.
type record struct {
	event      event.Event
	identifier string   // the JSON that tells it in the response; empty where there is none
	order      ordering // what a failure means for the records after it
	group      string   // the records that are ordered among each other
}

// ordering is what the failure of a record means for those after it in its group.
type ordering int

const (
	independent ordering = iota
	checkpoint           // the source goes on from the first that failed: the rest is not told
	ordered              // the rest is told too, or the source would take it for done
)

func (r record) reportable() bool { return r.identifier != "" }

// recordsOf lists the records of an event: the elements of Records, or Kafka's
// records, which are grouped by topic and partition.
func recordsOf(e event.Event) ([]record, error) {
	var records []record
	if list := e.Lookup("Records"); list.IsArray() {
		for element := range list.Elements() {
			records = append(records, newRecord(element))
		}
		return records, nil
	}
	if groups := e.Lookup("records"); groups.IsObject() {
		all, err := event.ParsePath("records|@values|@flatten")
		for element := range all.Find(e).Elements() {
			records = append(records, newKafkaRecord(element))
		}
		return records, err
	}
	return nil, newError(InvalidEvent, "a :batch query needs an event with Records, as SQS, Kinesis, DynamoDB streams and Kafka send it")
}

// newRecord is a record of Records; that of a source without partial failures
// has no identifier.
func newRecord(e event.Event) record {
	switch e.Field("eventSource").Text {
	case "aws:sqs":
		r := record{event: e, identifier: identifier(e.Lookup("messageId"))}
		if strings.HasSuffix(e.Field("eventSourceARN").Text, ".fifo") {
			r.order = ordered
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

// batchFailures collects the records that failed.
type batchFailures struct {
	identifiers []string
	groups      map[string]bool // those in which a record has failed, and order counts
	over        bool            // nothing more can be done
	silent      bool            // nor is told
}

// holds reports whether a record is not to be run, because of one before it.
func (f *batchFailures) holds(r record) bool { return f.over || f.groups[r.group] }

// add tells a record that was not run.
func (f *batchFailures) add(r record) {
	if !f.silent {
		f.identifiers = append(f.identifiers, r.identifier)
	}
}

// fail tells a record that failed, and what that means for those after it.
func (f *batchFailures) fail(r record, err error) {
	f.identifiers = append(f.identifiers, r.identifier)
	var e *Error
	if errors.As(err, &e) && e.Type == Timeout {
		f.over = true // and the rest has to come again
	}
	switch r.order {
	case ordered:
		f.groups[r.group] = true
	case checkpoint:
		f.over, f.silent = true, true
	}
}

// append appends the response.
func (f *batchFailures) append(b []byte) []byte {
	b = append(b, `{"batchItemFailures":[`...)
	for i, identifier := range f.identifiers {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `{"itemIdentifier":`...)
		b = append(b, identifier...)
		b = append(b, '}')
	}
	return append(b, "]}"...)
}
