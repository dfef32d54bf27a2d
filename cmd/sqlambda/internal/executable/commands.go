package executable

import (
	"regexp"
	"slices"
	"strings"
)

// command is a word at the place of a command in a script for bash.
type command struct {
	name   string
	offset int
}

// commands are the commands of a script, as far as its text tells them.
type commands struct {
	commands []command
	known    []string // functions, and programs that the script looks for before it runs them
}

func (c *commands) knows(name string) bool { return slices.Contains(c.known, name) }

// reader reads a script for bash to find the words that are commands. It knows quotes,
// comments, substitutions and here-documents. What it does not know it takes for arguments:
// it misses a command rather than to find one that is none.
type reader struct {
	*commands
	text      string
	at        int
	documents []document // that begin after this line
}

// document is a here-document that is to come.
type document struct {
	end  string
	tabs bool // tabs before its lines do not count
}

// readCommands finds the commands of a script.
func readCommands(text string) *commands {
	r := &reader{commands: &commands{}, text: text}
	r.list("")
	return r.commands
}

var (
	// before are words that stand before a command.
	before = strings.Fields("if then else elif do while until ! time { exec nohup env xargs command builtin eval nice timeout coproc")
	// assignment is what stands before a command, too.
	assignment = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*(\[[^]]*\])?\+?=`)
)

// list reads commands up to a closing text, such as the parenthesis of a substitution.
func (r *reader) list(end string) {
	start, cases := true, []bool(nil) // cases: for each case statement, whether a pattern comes
	for r.at < len(r.text) {
		rest := r.text[r.at:]
		inPattern := len(cases) > 0 && cases[len(cases)-1]
		switch c := rest[0]; {
		case end != "" && strings.HasPrefix(rest, end) && !(end == ")" && inPattern):
			r.at += len(end)
			return
		case c == '\n':
			r.at++
			r.skipDocuments()
			start = true
		case c == ' ' || c == '\t':
			r.at++
		case strings.HasPrefix(rest, "\\\n"):
			r.at += 2
		case c == '#':
			r.skipLine()
		case strings.HasPrefix(rest, "((") && start:
			r.skipPast("))")
		case strings.HasPrefix(rest, ";;") || strings.HasPrefix(rest, ";&"):
			r.at += 2
			if len(cases) > 0 {
				cases[len(cases)-1] = true
			}
		case c == ';' || c == '&' && !strings.HasPrefix(rest, "&>") || c == '|' || c == '(':
			r.at++
			start = true
		case c == ')':
			r.at++
			if inPattern {
				cases[len(cases)-1] = false
			}
			start = true
		case c == '<' || c == '>' || c == '&':
			r.redirection()
		default:
			offset := r.at
			word, plain := r.word()
			switch {
			case inPattern && word != "esac", !start:
				if word == "in" && len(cases) > 0 && !inPattern {
					cases[len(cases)-1] = true
				}
			case !plain:
				start = assignment.MatchString(r.text[offset:r.at])
			default:
				start = r.first(word, offset)
				switch word {
				case "case":
					cases = append(cases, false)
				case "esac":
					cases = cases[:max(len(cases)-1, 0)]
				}
			}
		}
	}
}

// first takes the first word of a command, and reports whether another first word follows.
func (r *reader) first(word string, offset int) bool {
	rest := strings.TrimLeft(r.text[r.at:], " \t")
	switch {
	case strings.HasPrefix(rest, "()"):
		r.known = append(r.known, word)
		r.at = len(r.text) - len(rest) + len("()")
		return true
	case word == "function":
		r.skipBlanks()
		name, _ := r.word()
		r.known = append(r.known, name)
		return true
	case word == "[[":
		r.skipPast("]]")
		return false
	case strings.HasSuffix(word, "=") && strings.HasPrefix(rest, "("): // an array
		r.skipPast(")")
		return true
	case word == "command" && strings.HasPrefix(rest, "-v ") || word == "type" || word == "hash":
		line, _, _ := strings.Cut(rest, "\n")
		r.known = append(r.known, strings.FieldsFunc(line, func(c rune) bool { return strings.ContainsRune(" \t;|&>)", c) })...)
		return false
	case assignment.MatchString(word):
		return true
	}
	r.commands.commands = append(r.commands.commands, command{word, offset})
	return slices.Contains(before, word)
}

// word reads a word. It is plain if it has neither quotes nor expansions.
func (r *reader) word() (word string, plain bool) {
	start := r.at
	for plain = true; r.at < len(r.text); {
		switch c := r.text[r.at]; {
		case strings.IndexByte(" \t\n;&|()<>", c) >= 0:
			return r.text[start:r.at], plain
		case strings.IndexByte("\\'\"`$", c) >= 0:
			plain = false
			r.quoted()
		default:
			r.at++
		}
	}
	return r.text[start:r.at], plain
}

// quoted reads a quote or an expansion, and the commands in it.
func (r *reader) quoted() {
	rest := r.text[r.at:]
	switch {
	case rest[0] == '\\':
		r.at = min(r.at+2, len(r.text))
	case rest[0] == '\'':
		r.at++
		r.skipPast("'")
	case strings.HasPrefix(rest, "$'"):
		r.at += 2
		for r.at < len(r.text) && r.text[r.at] != '\'' {
			r.at = min(r.at+1+strings.Count(r.text[r.at:r.at+1], "\\"), len(r.text))
		}
		r.at = min(r.at+1, len(r.text))
	case rest[0] == '"':
		r.at++
		r.quotedUntil('"')
	case rest[0] == '`':
		r.at++
		r.list("`")
	case strings.HasPrefix(rest, "$(("):
		r.skipPast("))")
	case strings.HasPrefix(rest, "$("):
		r.at += 2
		r.list(")")
	case strings.HasPrefix(rest, "${"):
		r.at += 2
		r.quotedUntil('}')
	default:
		r.at++
	}
}

// quotedUntil reads what is in quotes or braces.
func (r *reader) quotedUntil(end byte) {
	for r.at < len(r.text) {
		switch c := r.text[r.at]; {
		case c == end:
			r.at++
			return
		case c == '\\' || c == '`' || c == '$' || end == '}' && (c == '\'' || c == '"'):
			r.quoted()
		default:
			r.at++
		}
	}
}

// redirection reads an operator and its file, or notes a here-document.
func (r *reader) redirection() {
	rest := r.text[r.at:]
	switch {
	case strings.HasPrefix(rest, "<<<"):
		r.at += 3
	case strings.HasPrefix(rest, "<<"):
		r.at += 2
		d := document{tabs: strings.HasPrefix(rest, "<<-")}
		if d.tabs {
			r.at++
		}
		r.skipBlanks()
		word, _ := r.word()
		d.end = strings.NewReplacer(`'`, "", `"`, "", `\`, "").Replace(word)
		r.documents = append(r.documents, d)
		return
	default:
		r.at += len(rest) - len(strings.TrimLeft(rest, "<>&|"))
	}
	if r.at < len(r.text) && r.text[r.at] == '(' { // <(a command)
		r.at++
		r.list(")")
		return
	}
	r.skipBlanks()
	r.word()
}

// skipDocuments skips the here-documents that begin here.
func (r *reader) skipDocuments() {
	for _, d := range r.documents {
		for r.at < len(r.text) {
			start := r.at
			r.skipLine()
			line := r.text[start:r.at]
			r.at = min(r.at+1, len(r.text))
			if d.tabs {
				line = strings.TrimLeft(line, "\t")
			}
			if line == d.end {
				break
			}
		}
	}
	r.documents = nil
}

func (r *reader) skipBlanks() {
	for r.at < len(r.text) && (r.text[r.at] == ' ' || r.text[r.at] == '\t') {
		r.at++
	}
}

// skipLine skips the rest of the line, but not its end.
func (r *reader) skipLine() { r.at += len(strings.SplitN(r.text[r.at:], "\n", 2)[0]) }

// skipPast skips a text that ends something, and all before it.
func (r *reader) skipPast(end string) {
	i := strings.Index(r.text[r.at:], end)
	if i < 0 {
		r.at = len(r.text)
		return
	}
	r.at += i + len(end)
}
