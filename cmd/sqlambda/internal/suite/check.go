package suite

import (
	"encoding/json"
	"errors"
	"strings"
)

// check finds what is wrong with the parts of an invocation.
func (c *Case) check(i Invocation) {
	for _, part := range [...]*Part{i.Event, i.Response, i.Error} {
		if part != nil {
			c.checkJSON(part)
		}
	}
	if i.Response != nil && i.Error != nil {
		c.fault(i.Error.problem("a response and an error for the same event: an invocation gives one of them"))
	}
}

func (c *Case) checkJSON(part *Part) {
	if strings.TrimSpace(part.Text) == "" {
		c.fault(part.problem("the part " + part.Name + " is empty (where it is removed, sqlambda test --update writes it)"))
		return
	}
	var value json.RawMessage
	if err := json.Unmarshal([]byte(part.Text), &value); err != nil {
		c.fault(jsonProblem(part, err))
	}
}

// jsonProblem is the problem of a part that is no JSON, at the line where that shows.
func jsonProblem(part *Part, err error) Problem {
	p := part.problem("the part " + part.Name + " is no JSON: " + strings.TrimPrefix(err.Error(), "json: "))
	var wrong *json.SyntaxError
	if errors.As(err, &wrong) {
		p.File, p.Line = part.at(int(wrong.Offset) - 1)
	}
	return p
}
