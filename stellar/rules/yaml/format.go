package yaml

import (
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/rules/internal/yamltext"
	"github.com/stellarlang/stellar/stellar/rules/script"
)

// Format returns a rule set with the expressions in it formatted as script.Format does.
// All else stays byte for byte, and so do expressions that have mistakes or stand in forms
// of YAML that cannot be changed safely: texts with escapes, texts over several lines other
// than those after |, and those that YAML would read otherwise. The mistakes that are
// returned are those of the YAML.
func Format(file string, content []byte) ([]byte, diag.List) {
	r := newReader(file, content, nil)
	root := r.Document()
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
func (f *formatter) set(n *yamltext.Node) {
	f.conditions(n.Get("drop"))
	f.conditions(n.Get("filter"))
	if steps := n.Get("enrich"); steps != nil {
		for _, m := range steps.Members {
			f.step(m.Value)
		}
	}
	if definitions := n.Get("define"); definitions != nil {
		for _, m := range definitions.Members {
			f.expression(m.Value)
		}
	}
	triage := n.Get("triage")
	f.expression(triage.Get("when"))
	f.rules(triage.Get("rules"))
	f.rules(n.Get("patch"))
}

func (f *formatter) step(n *yamltext.Node) {
	if n.IsScalar() {
		f.scalar(n, formatAssignments)
		return
	}
	f.expression(n.Get("when"))
	f.conditions(n.Get("drop"))
	f.conditions(n.Get("filter"))
	f.conditions(n.Get("require"))
	if groups := n.Get("groups"); groups != nil {
		for _, m := range groups.Members {
			f.step(m.Value)
		}
	}
	assign := n.Get("assign")
	if assign == nil {
		return
	}
	if assign.IsScalar() {
		f.scalar(assign, formatAssignments)
	}
	for _, m := range assign.Members {
		f.expression(m.Value)
	}
}

func (f *formatter) rules(n *yamltext.Node) {
	if n == nil {
		return
	}
	for _, rule := range n.Items {
		for _, key := range []string{"when", "score", "reason", "verdict"} {
			f.expression(rule.Get(key))
		}
		if except := rule.Get("except"); except != nil {
			for _, e := range except.Items {
				f.expression(e.Get("when"))
			}
		}
	}
}

// conditions finds an expression, or those of a list.
func (f *formatter) conditions(n *yamltext.Node) {
	if n == nil {
		return
	}
	f.expression(n)
	for _, item := range n.Items {
		f.expression(item)
	}
}

func (f *formatter) expression(n *yamltext.Node) {
	if n != nil && n.IsScalar() {
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
func (f *formatter) scalar(n *yamltext.Node, format func(string) (string, bool)) {
	if n.Source.Text != f.source || f.seen[n.Start] || n.Start >= len(f.source) {
		return
	}
	f.seen[n.Start] = true
	if f.source[n.Start] == '|' && !n.IsPlain() {
		f.blockScalar(n, format)
		return
	}
	start, end := n.Start, n.End
	if first := f.source[start]; !n.IsPlain() && (first == '\'' || first == '"') {
		start, end = start+1, end-1
	}
	if end < start || f.source[start:end] != n.Text || strings.ContainsAny(n.Text, "\n\r") {
		return
	}
	formatted, ok := format(n.Text)
	if !ok || formatted == n.Text || strings.Contains(formatted, "\n") {
		return
	}
	for _, reserved := range []string{": ", " #"} { // which end what is written without quotes
		if n.IsPlain() && strings.Contains(formatted, reserved) {
			return
		}
	}
	f.edits = append(f.edits, edit{start: start, end: end, text: formatted})
}

// blockScalar formats a text after |, up to its last line that is not empty.
func (f *formatter) blockScalar(n *yamltext.Node, format func(string) (string, bool)) {
	start := n.Start + lengthOfLine(f.source[n.Start:])
	if header, _, _ := strings.Cut(f.source[n.Start:start], "#"); strings.Trim(header, "|+- \t") != "" || strings.Contains(f.source, "\r") {
		return // it says how far the text is indented; or there are other line ends
	}
	start = min(start+1, len(f.source))
	indentation := f.source[start : start+len(f.source[start:])-len(strings.TrimLeft(f.source[start:], " "))]
	text := strings.TrimRight(n.Text, "\n")
	if indentation == "" || text == "" {
		return
	}
	var written []string
	for line := range strings.SplitSeq(text, "\n") {
		written = append(written, indentation+line)
	}
	end := start
	for _, line := range written {
		have := f.source[end : end+lengthOfLine(f.source[end:])]
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
func (f *formatter) keepsMeaning(root *yamltext.Node, text string) bool {
	r := newReader("", []byte(text), nil)
	again := r.Document()
	if again == nil || len(r.set.Findings) > 0 || !f.same(root, again) {
		return false
	}
	second := &formatter{source: text, seen: map[int]bool{}}
	second.set(again)
	return len(second.edits) == 0
}

// same reports whether two values are the same, or expressions with the same tree.
func (f *formatter) same(a, b *yamltext.Node) bool {
	if a.Kind != b.Kind || len(a.Members) != len(b.Members) || len(a.Items) != len(b.Items) {
		return false
	}
	for i := range a.Members {
		if a.Members[i].Name.Text != b.Members[i].Name.Text || !f.same(a.Members[i].Value, b.Members[i].Value) {
			return false
		}
	}
	for i := range a.Items {
		if !f.same(a.Items[i], b.Items[i]) {
			return false
		}
	}
	return a.Text == b.Text || f.seen[a.Start] && sameExpressions(a.Text, b.Text)
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
	limits := syntax.Limits{Length: 8 << 20, Depth: 1000}
	before, mistake := syntax.Parse(script.WithoutHashes(a), limits)
	if mistake != nil {
		return false
	}
	after, mistake := syntax.Parse(script.WithoutHashes(b), limits)
	return mistake == nil && syntax.EqualTrees(before.Root, after.Root)
}

// lengthOfLine returns how many bytes there are before the first line feed.
func lengthOfLine(text string) int {
	line, _, _ := strings.Cut(text, "\n")
	return len(line)
}
