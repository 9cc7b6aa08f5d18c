package command

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/repl/terminal"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
)

// reporter shows people what goes wrong. It is safe for concurrent use.
type reporter struct {
	mu          sync.Mutex
	w           io.Writer
	errorPrefix string // of warnings too
	notePrefix  string // of all else
	verbose     bool   // all, not only the first of each kind
	plain       bool   // without colours

	// columns returns how many of them a line has, beyond which texts go on in another;
	// nil for lines without end.
	columns func() int

	before func() // called before failures are shown; may be nil

	repeats  repeats
	events   tally          // by text
	failures tally          // by what is the same about them
	shown    map[place]bool // with a snippet
	shadows  map[string]shadowCount
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

func newReporter(w io.Writer) *reporter {
	return &reporter{w: w, notePrefix: "stellar: ", shown: map[place]bool{}}
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

// shownEqual is how many equal failures are shown. More are only counted.
const shownEqual = 3

func (r *reporter) show(where string, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	where = terminal.Printable(where)
	kind := kindOf(err)
	n := r.failures.add(kind, func() string { return where + terminal.Printable(err.Error()) })
	if n > shownEqual && !r.verbose {
		return
	}
	if r.before != nil {
		r.before()
	}
	more := ""
	if n == shownEqual && !r.verbose {
		more = " (more of these are only counted)"
	}
	r.styled(terminal.Mistake, r.errorPrefix)
	r.line(len(r.errorPrefix), where+terminal.Printable(err.Error())+more)
	var d *diag.Diagnostic
	if errors.As(err, &d) && (d.File == "" || !r.shown[placeOf(d)]) {
		r.snippet(d, terminal.Mistake)
	}
}

// kindOf returns what equal failures have in common: kind and place in a rule, or
// else the text without its numbers, which are offsets and sizes.
func kindOf(err error) string {
	var d *diag.Diagnostic
	if errors.As(err, &d) {
		return fmt.Sprint(d.File, d.Range, d.Argument, d.Kind)
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return -1
		}
		return r
	}, err.Error())
}

// snippet shows the source of a diagnostic, and below it in a style where in that it is.
func (r *reporter) snippet(d *diag.Diagnostic, style terminal.Style) {
	r.shown[placeOf(d)] = true
	snippet := d.Snippet()
	if r.columns != nil {
		const margin = 4
		snippet = d.SnippetIn(min(r.columns()-margin, diag.SnippetColumns))
	}
	source, marks, _ := strings.Cut(snippet, "\n")
	fmt.Fprintf(r.w, "    %s\n", terminal.Printable(source))
	r.styled(style, "    "+terminal.Printable(marks)+"\n")
}

// styled shows text in a style, if there are styles.
func (r *reporter) styled(style terminal.Style, text string) {
	if w, ok := r.w.(*terminal.Writer); ok && !r.plain {
		_ = w.WriteStyled(style, text) // nothing is left to report that to
		return
	}
	_, _ = io.WriteString(r.w, text)
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
		text := terminal.Printable(d.Error())
		if d.Severity == diag.Error {
			text += " (an error only if evaluation gets here)"
		}
		r.styled(terminal.Warning, r.errorPrefix)
		r.line(len(r.errorPrefix), text)
		r.snippet(d, terminal.Warning)
	}
}

// event shows a failure that an expression hides: each function, subject
// and reason once, or always if the reporter is verbose.
func (r *reporter) event(e fn.Event) {
	text := eventText(e)
	r.mu.Lock()
	defer r.mu.Unlock()
	if n := r.events.add(text, func() string { return text }); n == 1 || r.verbose {
		duration := ""
		if r.verbose && e.Duration > 0 {
			duration = fmt.Sprintf(" (after %v)", e.Duration.Round(time.Microsecond))
		}
		r.line(0, r.notePrefix+text+duration)
	}
}

// registryEvent shows what goes wrong with a registry, as a note.
func (r *reporter) registryEvent(e maas.Event) {
	if e.Err != nil {
		r.note(eventText(fn.Event{Subject: e.Subject, Err: e.Err}))
	}
}

// note shows what may last for long and come again and again meanwhile, such as trouble with
// a connection: at first, and then now and then with how often it came, or always if the
// reporter is verbose.
func (r *reporter) note(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	text = terminal.Printable(text)
	shown, ok := r.repeats.add(text, time.Now())
	if r.verbose {
		shown, ok = text, true
	}
	if ok {
		r.line(0, r.notePrefix+shown)
	}
}

// doubts shows what may be wrong with the models of a file.
func (r *reporter) doubts(file string, s *maas.Snapshot) {
	for _, doubt := range doubtsAbout(s) {
		r.printf("%s", terminal.Printable(file+": "+doubt))
	}
}

// clientEvent shows how the answers of shadow versions differ, and counts them.
func (r *reporter) clientEvent(e maas.Event) {
	if e.Kind != maas.ShadowCompared {
		return
	}
	name := "shadow " + e.Model + " " + e.Version
	if e.Err != nil {
		r.event(fn.Event{Subject: name, Err: e.Err})
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.shadows == nil {
		r.shadows = make(map[string]shadowCount)
	}
	count := r.shadows[name]
	count.compared++
	if e.Err != nil {
		count.differ++
	}
	r.shadows[name] = count
}

// shadowCount is how many answers of a shadow version were compared.
type shadowCount struct{ compared, differ int }

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
		reason = e.Function + " gives " + cmp.Or(e.Gives, "null") + ": " + reason
	default:
		reason = e.Function + " of " + e.Subject + " gives " + cmp.Or(e.Gives, "null") + ": " + reason
	}
	return terminal.Printable(reason)
}

// summary counts what came often.
func (r *reporter) summary() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, f := range r.failures.order {
		if f.count > shownEqual {
			fmt.Fprintf(r.w, "%s%d times, first: %s\n", r.notePrefix, f.count, f.first)
		}
	}
	if r.failures.others > 0 {
		fmt.Fprintf(r.w, "%s%d times: other errors\n", r.notePrefix, r.failures.others)
	}
	for _, n := range r.repeats.order {
		if n.count > 0 && !r.verbose {
			fmt.Fprintf(r.w, "%s%d times more: %s\n", r.notePrefix, n.count, n.text)
		}
	}
	for _, f := range r.events.order {
		if f.count > 1 {
			fmt.Fprintf(r.w, "%s%d times: %s\n", r.notePrefix, f.count, f.first)
		}
	}
	if r.events.others > 0 {
		fmt.Fprintf(r.w, "%s%d times: other failures that expressions do not show\n", r.notePrefix, r.events.others)
	}
	for _, name := range slices.Sorted(maps.Keys(r.shadows)) {
		count := r.shadows[name]
		fmt.Fprintf(r.w, "%s%s: %d answers compared, %d differ\n", r.notePrefix, terminal.Printable(name), count.compared, count.differ)
	}
}

// printf shows a line.
func (r *reporter) printf(format string, values ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.line(0, fmt.Sprintf(r.notePrefix+format, values...))
}

// line shows the rest of a line of which so many columns are shown.
func (r *reporter) line(used int, text string) {
	if r.columns != nil {
		text = terminal.Wrap(text, r.columns(), used, "    ")
	}
	_, _ = io.WriteString(r.w, text+"\n")
}
