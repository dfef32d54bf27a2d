package suite

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"sqlambda/cmd/sqlambda/internal/project"
	"sqlambda/internal/nearest"
)

// parts are what a case is made of, as they were read.
type parts struct {
	name        string // of the case
	archive     string // the txtar file; empty for files beside each other
	description string
	form        form
	byName      map[string]*Part
	repeated    []*Part
}

// partNames are the names of the parts. An event and what comes of it may be followed by
// a number: event2.
var partNames = append(slices.Sorted(maps.Keys(sidecarEndings)), "event", "response", "error")

func (p *parts) add(part *Part) {
	if p.byName == nil {
		p.byName = map[string]*Part{}
	}
	if p.byName[part.Name] != nil {
		p.repeated = append(p.repeated, part)
		return
	}
	p.byName[part.Name] = part
}

// build makes the case, with what its folders have for all cases before its own.
func (p *parts) build(shared []*Part) *Case {
	c := &Case{Name: p.name, File: p.archive, Description: p.description, Variables: map[string]string{}, form: p.form}
	if c.File == "" {
		c.File = p.first().File
	}
	for _, part := range p.repeated {
		c.fault(part.problem("the part " + part.Name + " is there twice"))
	}
	for _, part := range append(slices.Clip(shared), p.byName[environmentFile], p.byName[databaseFile]) {
		switch {
		case part == nil:
		case part.Name == databaseFile:
			c.Database = append(c.Database, part)
		default:
			c.readVariables(part)
		}
	}
	c.Log, c.StateQuery, c.State = p.byName["log"], p.byName["state.sql"], p.byName["state"]
	if c.State != nil && c.StateQuery == nil {
		c.fault(c.State.problem("a state, and no state.sql that asks for it"))
	}
	p.readSettings(c)
	p.readInvocations(c)
	for _, part := range p.unknown() {
		c.fault(part.problem(unknownPart(part.Name)))
	}
	return c
}

// first is the part that stands for the case: its event, or the first by name.
func (p *parts) first() *Part {
	if part := p.byName["event"]; part != nil {
		return part
	}
	return p.byName[slices.Min(slices.Collect(maps.Keys(p.byName)))]
}

// readInvocations pairs the events with what is expected of them.
func (p *parts) readInvocations(c *Case) {
	for n := 1; p.numbered("event", n) != nil; n++ {
		i := Invocation{p.numbered("event", n), p.numbered("response", n), p.numbered("error", n)}
		c.check(i)
		c.Invocations = append(c.Invocations, i)
	}
	n := len(c.Invocations)
	if n == 0 {
		c.fault(Problem{File: c.File, Message: "there is no event: " + p.eventName()})
		return
	}
	for _, name := range slices.Sorted(maps.Keys(p.byName)) {
		if m := ofInvocation.FindStringSubmatch(name); m != nil && number(m[2]) > n {
			part := p.byName[name]
			c.fault(part.problem(fmt.Sprintf("the part %s, and no event%d: events are numbered one after the other", name, n+1)))
		}
	}
}

// ofInvocation are the names of the parts of an invocation: that of the first has no
// number.
var ofInvocation = regexp.MustCompile(`^(event|response|error)([2-9]|[1-9][0-9]+)?$`)

// numbered returns a part of the nth invocation.
func (p *parts) numbered(name string, n int) *Part {
	if n > 1 {
		name += strconv.Itoa(n)
	}
	return p.byName[name]
}

func number(digits string) int {
	n, _ := strconv.Atoi(digits) // there are none for the first
	return max(n, 1)
}

// eventName says where the event of the case is looked for.
func (p *parts) eventName() string {
	if p.archive != "" {
		return "it is the part -- event --"
	}
	return "it is the file " + p.name + ".json"
}

// unknown returns the parts that have no meaning, in the order of their names.
func (p *parts) unknown() []*Part {
	var list []*Part
	for _, name := range slices.Sorted(maps.Keys(p.byName)) {
		if !slices.Contains(partNames, name) && !ofInvocation.MatchString(name) {
			list = append(list, p.byName[name])
		}
	}
	return list
}

func unknownPart(name string) string {
	hint := cmp.Or(nearest.Hint(name, partNames), "they are "+strings.Join(partNames, ", "))
	return fmt.Sprintf("there is no part %s (%s)", name, hint)
}

// readVariables adds variables, a line each: NAME=value. Lines that begin with # are
// comments.
func (c *Case) readVariables(part *Part) {
	number := part.Line - 1
	for line := range strings.Lines(part.Text) {
		number++
		line = strings.TrimRight(line, "\r\n")
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		if !ok || name == "" || strings.ContainsAny(name, " \t") {
			c.fault(Problem{File: part.File, Line: number, Message: "a variable is a line NAME=value"})
			continue
		}
		c.Variables[name] = value
	}
}

// readSettings reads the parts that are one value.
func (p *parts) readSettings(c *Case) {
	if text, part := p.value("handler"); part != nil {
		c.Handler = project.Handler{Name: text}
	}
	if text, part := p.value("timeout"); part != nil {
		timeout, err := time.ParseDuration(text)
		if err != nil || timeout < time.Millisecond {
			c.fault(part.problem(fmt.Sprintf("the timeout %q is no time of at least 1ms, as 3s", text)))
		}
		c.Timeout = timeout
	}
	if text, part := p.value("clock"); part != nil {
		clock, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			c.fault(part.problem(fmt.Sprintf("the clock %q is no time as 2026-02-11T15:39:06Z", text)))
		}
		c.Clock = &clock
	}
	if text, part := p.value("seed"); part != nil {
		seed, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			c.fault(part.problem(fmt.Sprintf("the seed %q is no integer", text)))
		}
		c.Seed = &seed
	}
	if part := p.byName["context"]; part != nil {
		c.readContext(part)
	}
}

// value returns the text of a part, without the blanks around it.
func (p *parts) value(name string) (string, *Part) {
	part := p.byName[name]
	if part == nil {
		return "", nil
	}
	return strings.TrimSpace(part.Text), part
}
