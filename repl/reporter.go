package repl

import (
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
)

// reporter tells people what goes wrong. It is safe for concurrent use.
type reporter struct {
	mu          sync.Mutex
	w           io.Writer
	errorPrefix string // of warnings too
	notePrefix  string // of all else
	verbose     bool   // every event, not only the first of each kind

	events   map[string]int // by text, how many there were
	order    []string       // the texts of events, in the order of their first
	others   int            // events with texts beyond maxEvents
	snippets map[place]bool // of what was shown with a snippet
}

// place is where in a rule an error is, and which.
type place struct {
	file         string
	line, column int
	kind         diag.Kind
}

func placeOf(d *diag.Diagnostic) place {
	line, column := d.Position()
	return place{d.File, line, column, d.Kind}
}

// maxEvents bounds the texts that are remembered, as texts may hold anything.
const maxEvents = 1000

func newReporter(w io.Writer) *reporter {
	return &reporter{w: w, notePrefix: "stellar: ", events: map[string]int{}, snippets: map[place]bool{}}
}

// failure shows an error, each of a list by itself. Where says what was worked
// on, as "input:17: "; it may be empty. The snippet is shown once for each kind
// of error at each place in a file of rules, and always without such a file.
func (r *reporter) failure(where string, err error) {
	var list diag.List
	if !errors.As(err, &list) {
		r.show(where, err)
	}
	for _, d := range list {
		r.show(where, d)
	}
}

func (r *reporter) show(where string, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	fmt.Fprintf(r.w, "%s%s%s\n", r.errorPrefix, where, printable(err.Error()))
	var d *diag.Diagnostic
	if errors.As(err, &d) && (d.File == "" || !r.snippets[placeOf(d)]) {
		r.snippet(d)
	}
}

func (r *reporter) snippet(d *diag.Diagnostic) {
	r.snippets[placeOf(d)] = true
	for line := range strings.SplitSeq(d.Snippet(), "\n") {
		fmt.Fprintf(r.w, "    %s\n", printable(line))
	}
}

// warnings shows what was found in expressions that compile, each with its
// snippet, but not the mistake that an evaluation has failed with. Errors among
// them say that they are none yet.
func (r *reporter) warnings(found diag.List, failure error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var failed *diag.Diagnostic
	errors.As(failure, &failed)
	for _, d := range found {
		if failed != nil && placeOf(d) == placeOf(failed) {
			continue
		}
		text := printable(d.Error())
		if d.Severity == diag.Error {
			text += " (an error only if evaluation gets here)"
		}
		fmt.Fprintf(r.w, "%s%s\n", r.errorPrefix, text)
		r.snippet(d)
	}
}

// event shows a failure that an expression sees as null: each function, subject
// and reason once, or always if the reporter is verbose.
func (r *reporter) event(e fn.Event) {
	text := eventText(e)
	r.mu.Lock()
	defer r.mu.Unlock()
	n, known := r.events[text]
	switch {
	case known:
		r.events[text]++
	case len(r.order) < maxEvents:
		r.events[text] = 1
		r.order = append(r.order, text)
	default:
		r.others++
	}
	if r.verbose || n == 0 && r.others == 0 {
		duration := ""
		if r.verbose && e.Duration > 0 {
			duration = fmt.Sprintf(" (after %v)", e.Duration.Round(time.Microsecond))
		}
		fmt.Fprintf(r.w, "%s%s%s\n", r.notePrefix, text, duration)
	}
}

func eventText(e fn.Event) string {
	reason := e.Err.Error()
	var network *net.OpError
	if errors.As(e.Err, &network) && network.Source != nil {
		reason = strings.Replace(reason, network.Source.String()+"->", "", 1) // its port is never the same
	}
	switch {
	case e.Function == "":
		reason = e.Subject + ": " + reason
	case e.Subject == "":
		reason = e.Function + " gives null: " + reason
	default:
		reason = e.Function + " of " + e.Subject + " gives null: " + reason
	}
	return printable(reason)
}

// summary counts the events that came more than once.
func (r *reporter) summary() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, text := range r.order {
		if n := r.events[text]; n > 1 {
			fmt.Fprintf(r.w, "%s%d times: %s\n", r.notePrefix, n, text)
		}
	}
	if r.others > 0 {
		fmt.Fprintf(r.w, "%s%d times: other failures that give null\n", r.notePrefix, r.others)
	}
}

// printf shows a line.
func (r *reporter) printf(format string, values ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	fmt.Fprintf(r.w, r.notePrefix+format+"\n", values...)
}

// printable escapes what would end the line or command a terminal, as values of
// messages can hold anything. Tabs stay.
func printable(text string) string {
	if !strings.ContainsFunc(text, isUnprintable) {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case isUnprintable(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func isUnprintable(r rune) bool {
	return r != '\t' && (unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || unicode.Is(unicode.Bidi_Control, r))
}
