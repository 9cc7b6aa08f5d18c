package yaml

import (
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/rules/script"
)

// Format returns a rule set with the expressions in it formatted as script.Format does.
// All else stays byte for byte, and so do expressions that have mistakes or stand in forms
// of YAML that cannot be changed safely: texts with escapes, texts over several lines other
// than those after |, and those that YAML would read otherwise. The mistakes that are
// returned are those of the YAML.
func Format(file string, content []byte) ([]byte, diag.List) {
	r := newReader(file, content, nil)
	root := r.document()
	if root == nil || len(r.set.Findings) > 0 {
		return nil, r.set.Findings
	}
	f := &formatter{source: string(content), seen: map[int]bool{}}
	f.set(root)
	for _, edits := range [][]edit{f.edits, slices.DeleteFunc(slices.Clone(f.edits), func(e edit) bool { return !e.block })} {
		if formatted := f.apply(edits); f.keepsMeaning(root, formatted) {
			return []byte(formatted), nil
		}
	}
	return content, nil
}

// formatter finds the expressions in a file.
type formatter struct {
	source string
	seen   map[int]bool // offsets of scalars, which aliases repeat
	edits  []edit
}

// edit is other text for a part of the file.
type edit struct {
	start, end int
	text       string
	block      bool // of a text after |
}

// set finds the expressions of a rule set.
func (f *formatter) set(n *node) {
	f.conditions(n.get("drop"))
	f.conditions(n.get("filter"))
	if steps := n.get("enrich"); steps != nil {
		for _, m := range steps.members {
			f.step(m.value)
		}
	}
	if definitions := n.get("define"); definitions != nil {
		for _, m := range definitions.members {
			f.expression(m.value)
		}
	}
	triage := n.get("triage")
	f.expression(triage.get("when"))
	f.rules(triage.get("rules"))
	f.rules(n.get("patch"))
}

func (f *formatter) step(n *node) {
	if n.isScalar() {
		f.scalar(n, formatAssignments)
		return
	}
	f.expression(n.get("when"))
	f.conditions(n.get("drop"))
	f.conditions(n.get("filter"))
	assign := n.get("assign")
	if assign == nil {
		return
	}
	if assign.isScalar() {
		f.scalar(assign, formatAssignments)
	}
	for _, m := range assign.members {
		f.expression(m.value)
	}
}

func (f *formatter) rules(n *node) {
	if n == nil {
		return
	}
	for _, rule := range n.items {
		for _, key := range []string{"when", "score", "reason"} {
			f.expression(rule.get(key))
		}
		if except := rule.get("except"); except != nil {
			for _, e := range except.items {
				f.expression(e.get("when"))
			}
		}
	}
}

// conditions finds an expression, or those of a list.
func (f *formatter) conditions(n *node) {
	if n == nil {
		return
	}
	f.expression(n)
	for _, item := range n.items {
		f.expression(item)
	}
}

func (f *formatter) expression(n *node) {
	if n != nil && n.isScalar() {
		f.scalar(n, formatExpression)
	}
}

func formatExpression(text string) (formatted string, ok bool) {
	formatted, err := script.FormatExpression(text)
	return formatted, err == nil
}

func formatAssignments(text string) (formatted string, ok bool) {
	laidOut, mistakes := script.Format("", []byte(text))
	return strings.TrimRight(string(laidOut), "\n"), len(mistakes) == 0
}

// scalar formats a scalar of this file, if it stands in a form that can be changed.
func (f *formatter) scalar(n *node, format func(string) (string, bool)) {
	if n.source.Text != f.source || f.seen[n.start] || n.start >= len(f.source) {
		return
	}
	f.seen[n.start] = true
	if f.source[n.start] == '|' && !n.plain {
		f.blockScalar(n, format)
		return
	}
	start, end := n.start, n.end
	if first := f.source[start]; !n.plain && (first == '\'' || first == '"') {
		start, end = start+1, end-1
	}
	if end < start || f.source[start:end] != n.text || strings.ContainsAny(n.text, "\n\r") {
		return
	}
	formatted, ok := format(n.text)
	if !ok || formatted == n.text || strings.Contains(formatted, "\n") {
		return
	}
	for _, reserved := range []string{": ", " #"} { // which end what is written without quotes
		if n.plain && strings.Contains(formatted, reserved) {
			return
		}
	}
	f.edits = append(f.edits, edit{start: start, end: end, text: formatted})
}

// blockScalar formats a text after |, up to its last line that is not empty.
func (f *formatter) blockScalar(n *node, format func(string) (string, bool)) {
	start := n.start + lineLength(f.source[n.start:])
	if header, _, _ := strings.Cut(f.source[n.start:start], "#"); strings.Trim(header, "|+- \t") != "" || strings.Contains(f.source, "\r") {
		return // it says how far the text is indented; or there are other line ends
	}
	start = min(start+1, len(f.source))
	indentation := f.source[start : start+len(f.source[start:])-len(strings.TrimLeft(f.source[start:], " "))]
	text := strings.TrimRight(n.text, "\n")
	if indentation == "" || text == "" {
		return
	}
	var written []string
	for line := range strings.SplitSeq(text, "\n") {
		written = append(written, indentation+line)
	}
	end := start
	for _, line := range written {
		have := f.source[end : end+lineLength(f.source[end:])]
		if strings.TrimRight(have, " ") != strings.TrimRight(line, " ") {
			return
		}
		end += len(have) + 1
	}
	end = min(end-1, len(f.source))
	formatted, ok := format(text)
	if !ok || formatted == text {
		return
	}
	written = written[:0]
	for line := range strings.SplitSeq(formatted, "\n") {
		if line != "" {
			line = indentation + line
		}
		written = append(written, line)
	}
	f.edits = append(f.edits, edit{start, end, strings.Join(written, "\n"), true})
}

// apply returns the file with the edits.
func (f *formatter) apply(edits []edit) string {
	slices.SortFunc(edits, func(a, b edit) int { return a.start - b.start })
	var b strings.Builder
	end := 0
	for _, e := range edits {
		b.WriteString(f.source[end:e.start])
		b.WriteString(e.text)
		end = e.end
	}
	b.WriteString(f.source[end:])
	return b.String()
}

// keepsMeaning reports whether a text has the same values as the file, but for how
// expressions are written that were formatted, and whether formatting it again would leave
// it as it is.
func (f *formatter) keepsMeaning(root *node, text string) bool {
	r := newReader("", []byte(text), nil)
	again := r.document()
	if again == nil || len(r.set.Findings) > 0 || !f.same(root, again) {
		return false
	}
	second := &formatter{source: text, seen: map[int]bool{}}
	second.set(again)
	return len(second.edits) == 0
}

// same reports whether two values are the same, or expressions with the same tree.
func (f *formatter) same(a, b *node) bool {
	if a.kind != b.kind || len(a.members) != len(b.members) || len(a.items) != len(b.items) {
		return false
	}
	for i := range a.members {
		if a.members[i].name.text != b.members[i].name.text || !f.same(a.members[i].value, b.members[i].value) {
			return false
		}
	}
	for i := range a.items {
		if !f.same(a.items[i], b.items[i]) {
			return false
		}
	}
	return a.text == b.text || f.seen[a.start] && sameExpressions(a.text, b.text)
}

// sameExpressions reports whether two texts are the same expression, or the same
// assignments.
func sameExpressions(a, b string) bool {
	if !script.IsAssignment(a) {
		return sameTrees(a, b)
	}
	before, after := script.Parse("", []byte(a)).Rules[0].Assignments, script.Parse("", []byte(b)).Rules[0].Assignments
	if len(before) != len(after) {
		return false
	}
	for i := range before {
		if before[i].Name != after[i].Name || !sameTrees(before[i].Text, after[i].Text) {
			return false
		}
	}
	return true
}

func sameTrees(a, b string) bool {
	limits := syntax.Limits{Length: maxLength, Depth: 1000}
	before, mistake := syntax.Parse(script.WithoutHashes(a), limits)
	if mistake != nil {
		return false
	}
	after, mistake := syntax.Parse(script.WithoutHashes(b), limits)
	return mistake == nil && syntax.EqualTrees(before.Root, after.Root)
}
