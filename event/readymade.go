package event

// ReadyMade returns the table of that name for the events of an AWS service.
func ReadyMade(name string) (t *Table, ok bool) { return nil, false }
