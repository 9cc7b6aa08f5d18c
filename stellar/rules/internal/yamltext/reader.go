package yamltext

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/internal/names"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/script"
)

// Reader reads a text, and reports everything that is wrong with it.
type Reader struct {
	Source *rules.Source
	// Findings are what is wrong. Readers of several texts may share them.
	Findings *diag.List
	// Meant has names of other formats, and what is written here.
	Meant map[string]string
	// ReadFile reads other files that the text names. Nil reads none.
	ReadFile ReadFile
}

// ReadFile reads another file.
type ReadFile func(file string) ([]byte, error)

// ReadLocal reads a file of the machine; of one that is too long, only as much as tells
// that.
func ReadLocal(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // nothing was written
	return io.ReadAll(io.LimitReader(f, MaxFile+1))
}

// At returns a part of the text.
func (r *Reader) At(start, end int) Place {
	return Place{r.Source, diag.Range{Start: start, End: end}}
}

// Report reports a mistake.
func (r *Reader) Report(at Place, format string, values ...any) *diag.Diagnostic {
	d := at.Source.Mistake(at.Start, fmt.Sprintf(format, values...))
	d.Range = at.Range
	*r.Findings = append(*r.Findings, d)
	return d
}

// Warn reports what is probably not meant, as what a check found.
func (r *Reader) Warn(at Place, check, format string, values ...any) {
	d := r.Report(at, format, values...)
	d.Check, d.Kind, d.Severity = check, 0, diag.Warning
}

// Quoted returns a name for a message.
func Quoted(name string) string {
	if names.IsPlain(name) {
		return name
	}
	return "'" + diag.ShortText(name, 60) + "'"
}

// Within returns the path of a key.
func Within(path, key string) string {
	if path == "" {
		return Quoted(key)
	}
	return path + "." + Quoted(key)
}

// WrongKind reports that a key has a value of another kind than is wanted.
func (r *Reader) WrongKind(n *Node, path, wanted string) {
	r.Report(n.Span(), "%s must be %s, and is %s", path, wanted, n.Kind)
}

// IsMapping reports whether n, which may be nil, is a mapping. Anything else is a
// mistake.
func (r *Reader) IsMapping(n *Node, path string) bool {
	if n != nil && n.Kind != Mapping {
		r.WrongKind(n, path, "a mapping, lines of the form key: value")
		return false
	}
	return n != nil
}

// IsList reports whether n, which may be nil, is a list. Anything else is a mistake.
func (r *Reader) IsList(n *Node, path string) bool {
	if n != nil && n.Kind != List {
		r.WrongKind(n, path, "a list, lines that begin with -")
		return false
	}
	return n != nil
}

// OnlyKnown reports the keys of a mapping that are none of those there are.
func (r *Reader) OnlyKnown(n *Node, path string, known ...string) {
	for _, m := range n.Members {
		if !slices.Contains(known, m.Name.Text) {
			if m.Value.Kind == Null && m.Value.Text == "" && strings.ContainsAny(m.Name.Text, "()[]'\"") {
				r.Report(m.Name.Span(), "YAML takes this for a key, as a comma in braces ends a value: put an expression with commas in quotes")
				continue
			}
			r.Unknown(m.Name.Span(), "there is no key "+Within(path, m.Name.Text), m.Name.Text, known)
		}
	}
}

// Unknown reports a name that is none of those there are.
func (r *Reader) Unknown(at Place, message, name string, known []string) {
	suggestion := names.Nearest(name, known)
	if elsewhere := r.Meant[name]; suggestion == "" && slices.Contains(known, elsewhere) {
		suggestion = elsewhere
	}
	if suggestion != "" {
		message += "; did you mean " + suggestion + "?"
	} else {
		message += ", only " + strings.Join(known, ", ")
	}
	r.Report(at, "%s", message).Suggestion = suggestion
}

// Text returns a text. ok is false for nil and, which is reported, for anything that
// is none. Numbers and the like are taken as they are written.
func (r *Reader) Text(n *Node, path string) (content string, ok bool) {
	if n == nil {
		return "", false
	}
	if !n.IsScalar() {
		r.WrongKind(n, path, "a text")
		return "", false
	}
	if strings.TrimSpace(n.Text) == "" {
		r.Report(n.Span(), "%s is empty: write something, or leave it out", path)
		return "", false
	}
	return strings.TrimSpace(n.Text), true
}

// Texts returns a list of texts, or a text alone. It returns nil for nil.
func (r *Reader) Texts(n *Node, path string) []string {
	all := []string{}
	for i, item := range Items(n) {
		at := path
		if n.Kind == List {
			at = fmt.Sprintf("%s[%d]", path, i)
		}
		if content, ok := r.Text(item, at); ok {
			all = append(all, content)
		}
	}
	if n == nil {
		return nil
	}
	return all
}

// OneOf returns a text that is one of those there are, "" for anything else, which is
// reported, and for nil.
func (r *Reader) OneOf(n *Node, path, what string, known ...string) string {
	content, ok := r.Text(n, path)
	if !ok || slices.Contains(known, content) {
		return content
	}
	r.Unknown(n.Span(), "there is no "+what+" "+Quoted(content), content, known)
	return ""
}

// Yes returns whether a value is true, or what nil is.
func (r *Reader) Yes(n *Node, path string, otherwise bool) bool {
	switch {
	case n == nil:
		return otherwise
	case n.Kind == Boolean:
		return strings.EqualFold(n.Text, "true")
	}
	r.WrongKind(n, path, "true or false")
	return otherwise
}

// Expression returns the expression that a scalar is, as it stands. ok is false for nil,
// and for what is none, which is reported.
func (r *Reader) Expression(n *Node, path string) (e rules.Expression, ok bool) {
	switch {
	case n == nil:
		return e, false
	case !n.IsScalar():
		wanted := "an expression"
		if n.Kind == List || n.Kind == Mapping {
			wanted = "an expression, in quotes if it begins with [ or {"
		}
		r.WrongKind(n, path, wanted)
		return e, false
	case strings.TrimSpace(n.Text) == "":
		r.Report(n.Span(), "%s is empty: write an expression", path)
		return e, false
	}
	if at := n.commentAfter(); at >= 0 && script.Unfinished(n.Text) {
		r.Report(Place{n.Source, diag.Range{Start: at, End: at + 1}}, "YAML takes this # and what follows for a comment: write the expression in the lines after |, or in quotes")
		return e, false
	}
	return n.Expression(), true
}

// Missing reports the keys that a mapping lacks, and returns whether there are any. One
// that OnlyKnown has suggested for another key is not reported again.
func (r *Reader) Missing(n *Node, path string, keys ...string) (any bool) {
	for _, key := range keys {
		if n.Get(key) != nil {
			continue
		}
		any = true
		if r.isSuggested(n, key) {
			continue
		}
		at := n.Span()
		for _, m := range n.Members {
			if m.Name.Text == key {
				at = m.Name.Span() // it has no value
			}
		}
		r.Report(at, "%s has no %s", path, key)
	}
	return any
}

// isSuggested reports whether a key of a mapping is reported as what another one was
// probably meant as.
func (r *Reader) isSuggested(n *Node, key string) bool {
	for i := len(*r.Findings) - 1; i >= 0 && (*r.Findings)[i].Range.Start >= n.Start; i-- {
		d := (*r.Findings)[i]
		if d.Suggestion == key && slices.ContainsFunc(n.Members, func(m Member) bool { return m.Name.Start == d.Range.Start && m.Name.Source.File == d.File }) {
			return true
		}
	}
	return false
}

// Near returns the name of a file that a value names.
func Near(n *Node, file string) string {
	if filepath.IsAbs(file) {
		return file
	}
	return filepath.Join(filepath.Dir(n.Source.File), file)
}

// Open reads a file that a value names, which is of rules. ok is false if it cannot be
// read, which is reported.
func (r *Reader) Open(n *Node, name string) (content []byte, ok bool) {
	return r.OpenUpTo(n, name, maxLength)
}

// OpenUpTo is Open for a file of so many bytes at most, MaxFile or less.
func (r *Reader) OpenUpTo(n *Node, name string, most int) (content []byte, ok bool) {
	if r.ReadFile == nil {
		r.Report(n.Span(), "no other files can be read here")
		return nil, false
	}
	content, err := r.ReadFile(Near(n, name))
	var failed *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		r.Report(n.Span(), "there is no file %s; its name counts from the folder of this file", Quoted(name)).Cause = err
	case errors.As(err, &failed):
		r.Report(n.Span(), "%s cannot be read: %v", Quoted(name), failed.Err).Cause = err
	case err != nil:
		r.Report(n.Span(), "%s cannot be read: %v", Quoted(name), err).Cause = err
	case len(content) > most:
		r.Report(n.Span(), "%s has more than %d MiB", Quoted(name), most>>20)
	default:
		return content, true
	}
	return nil, false
}
