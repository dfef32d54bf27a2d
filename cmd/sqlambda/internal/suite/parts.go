package suite

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"sqlambda/internal/nearest"
)

// kind is a kind of part beside events, responses and errors.
type kind struct {
	name string
	// ending is that of the part's file, if the parts of a case are files.
	ending string
	// read takes the part into the case. An error is about the part as a whole.
	read func(c *Case, p *Part) error
}

// kinds are the kinds of parts, in the order in which they are read.
var kinds = []kind{
	{environmentFile, ".env", (*Case).readVariables},
	{databaseFile, ".database.sql", func(c *Case, p *Part) error { c.Database = append(c.Database, p); return nil }},
	{"log", ".log.txt", func(c *Case, p *Part) error { c.Log = p; return nil }},
	{"state.sql", ".state.sql", func(c *Case, p *Part) error { c.StateQuery = p; return nil }},
	{"state", ".state.jsonl", (*Case).readState},
	{"handler", ".handler", setting("its name", func(c *Case, text string) error { c.Handler.Name = text; return nil })},
	{"timeout", ".timeout", setting("a time of at least 1ms, such as 3s", func(c *Case, text string) (err error) {
		if c.Timeout, err = time.ParseDuration(text); err == nil && c.Timeout < time.Millisecond {
			err = errors.New("too short")
		}
		return err
	})},
	{"clock", ".clock", setting("a time such as 2026-02-11T15:39:06Z", func(c *Case, text string) error {
		clock, err := time.Parse(time.RFC3339Nano, text)
		c.Clock = &clock
		return err
	})},
	{"seed", ".seed", setting("an integer", func(c *Case, text string) error {
		seed, err := strconv.ParseInt(text, 10, 64)
		c.Seed = &seed
		return err
	})},
	{"context", ".context.json", (*Case).readContext},
}

// ofInvocation matches the names of the parts of an invocation. Those of the first have
// no number.
var ofInvocation = regexp.MustCompile(`^(event|response|error)([2-9]|[1-9][0-9]+)?$`)

// partNames returns the names of the parts, without numbers.
func partNames() []string {
	names := []string{"event", "response", "error"}
	for _, k := range kinds {
		names = append(names, k.name)
	}
	return names
}

// isPart says whether a name is that of a part.
func isPart(name string) bool {
	return slices.Contains(partNames(), name) || ofInvocation.MatchString(name)
}

// fileOf returns how the file of a part ends whose name a text begins with, up to a dot:
// log.txt for log.log. It is empty for other texts.
func fileOf(text string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(text, "."), ".")
	if !isPart(name) {
		return ""
	}
	return strings.TrimPrefix(string(form{}.file(name)), ".")
}

// unknownPart says that a case has no such part.
func unknownPart(name string) string {
	names := partNames()
	hint := nearest.Hint(name, names)
	if file := fileOf(name); file != "" {
		hint = "did you mean " + file + "?"
	}
	return fmt.Sprintf("there is no part %s (%s)", name, cmp.Or(hint, "they are "+strings.Join(names, ", ")))
}

// parts are what a case is made of, as they were read.
type parts struct {
	name   string // of the case
	form   form
	byName map[string]*Part
	twice  []*Part
}

func (p *parts) add(part *Part) {
	if p.byName[part.Name] != nil {
		p.twice = append(p.twice, part)
		return
	}
	p.byName[part.Name] = part
}

// build makes the case. Shared are the parts that its folders have for all of their cases.
func (p *parts) build(shared []*Part) *Case {
	c := &Case{Name: p.name, File: p.form.file("event"), Variables: map[string]string{}, form: p.form}
	names := slices.Sorted(maps.Keys(p.byName))
	if p.form.archive == "" && p.byName["event"] == nil {
		c.File = p.byName[names[0]].File
	}
	for _, part := range p.twice {
		c.fault(part.problem("the part " + part.Name + " is there twice"))
	}
	for _, k := range kinds {
		for _, part := range append(slices.Clip(shared), p.byName[k.name]) {
			if part == nil || part.Name != k.name {
				continue
			}
			if err := k.read(c, part); err != nil {
				c.fault(part.problem(err.Error()))
			}
		}
	}
	p.readInvocations(c, names)
	for _, name := range names {
		if !isPart(name) {
			c.fault(p.byName[name].problem(unknownPart(name)))
		}
	}
	return c
}

// readInvocations pairs the events with what is expected of them.
func (p *parts) readInvocations(c *Case, names []string) {
	n := 1
	for ; p.byName[numbered("event", n)] != nil; n++ {
		i := Invocation{p.byName[numbered("event", n)], p.byName[numbered("response", n)], p.byName[numbered("error", n)]}
		for _, part := range [...]*Part{i.Event, i.Response, i.Error} {
			c.checkJSON(part)
		}
		if i.Response != nil && i.Error != nil {
			c.fault(i.Error.problem("the event has a response and an error: an invocation gives one of them"))
		}
		c.Invocations = append(c.Invocations, i)
	}
	if n == 1 {
		c.fault(Problem{File: c.File, Message: "the event is missing: " + p.form.place("event")})
		return
	}
	for _, name := range names {
		if m := ofInvocation.FindStringSubmatch(name); m != nil && numberOf(m[2]) >= n {
			c.fault(p.byName[name].problem(fmt.Sprintf("the part %s has no event%d before it: events are numbered without gaps", name, n)))
		}
	}
}

// numbered is the name of a part of the nth invocation.
func numbered(name string, n int) string {
	if n > 1 {
		name += strconv.Itoa(n)
	}
	return name
}

func numberOf(digits string) int {
	n, _ := strconv.Atoi(digits) // the first has none
	return max(n, 1)
}

func (c *Case) checkJSON(part *Part) {
	if part == nil {
		return
	}
	var value json.RawMessage
	if strings.TrimSpace(part.Text) == "" {
		c.fault(part.problem("the part " + part.Name + " is empty (remove it, and sqlambda test --update writes it)"))
	} else if err := json.Unmarshal([]byte(part.Text), &value); err != nil {
		c.fault(jsonProblem(part, err))
	}
}

// jsonProblem is the problem of a part that is not JSON, at the line of the mistake.
func jsonProblem(part *Part, err error) Problem {
	offset := 0
	var wrong *json.SyntaxError
	if errors.As(err, &wrong) {
		offset = int(wrong.Offset) - 1
	}
	return part.at(offset, "the part "+part.Name+" is not JSON: "+strings.TrimPrefix(err.Error(), "json: "))
}

// readVariables adds variables, one NAME=value a line. Lines that begin with # are
// comments.
func (c *Case) readVariables(part *Part) error {
	offset := 0
	for line := range strings.Lines(part.Text) {
		name, value, ok := strings.Cut(strings.TrimRight(line, "\r\n"), "=")
		switch {
		case strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#"):
		case !ok || name == "" || strings.ContainsAny(name, " \t"):
			c.fault(part.at(offset, "a variable is a line NAME=value"))
		default:
			c.Variables[name] = value
		}
		offset += len(line)
	}
	return nil
}

func (c *Case) readState(part *Part) error {
	if c.State = part; c.StateQuery == nil {
		return errors.New("a state needs a part state.sql, whose rows it holds")
	}
	return nil
}

// setting returns the reader of a part that is one value, which is to be written so.
func setting(so string, set func(c *Case, text string) error) func(*Case, *Part) error {
	return func(c *Case, p *Part) error {
		text := strings.TrimSpace(p.Text)
		if set(c, text) != nil {
			return fmt.Errorf("the %s is %q: write %s", p.Name, text, so)
		}
		return nil
	}
}
