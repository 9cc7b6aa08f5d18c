package text

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/functions/internal/iterate"
	"github.com/stellarlang/stellar/functions/text/internal/regex"
	"github.com/stellarlang/stellar/functions/text/internal/sensitive"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var redactFunctions = []fn.Func{{
	Name: "REDACT",
	Params: []fn.Param{
		{Name: "value", Kinds: fn.Any, Null: fn.NullYieldsNull, Doc: "a string, or a map, list or set with strings in it; anything else stays"},
		{Name: "what", Kinds: fn.String | fn.Iterable, Doc: "what to look for, or a list of such: 'card', 'email', 'ip', 'iban'"},
		{Name: "options", Kinds: fn.Map, Optional: true,
			Doc: "'patterns', regular expressions of what to look for besides; 'key', a secret with which the same data get the same code"},
	},
	Result: fn.Any, ResultDoc: "the value with the name of what was found in its place, such as [email], or with a key such as [email:8c5f0ee1a2b3c4d5]",
	Doc: "Replaces personal data by what they are: numbers of payment cards and bank accounts whose check digits are right, addresses of mail, " +
		"and IP addresses. In maps, lists and sets it looks into all values, but not into keys. Not in Metron.",
	Examples: []fn.Example{
		{Expr: "REDACT('jane@example.com paid with 4111 1111 1111 1111', ['email', 'card'])", Want: "'[email] paid with [card]'"},
		{Expr: "REDACT({'from' : '10.0.0.1', 'port' : 22}, 'ip')", Want: "{'from' : '[ip]', 'port' : 22}"},
		{Expr: "REDACT('ticket AB-1234', [], {'patterns' : ['[A-Z]{2}-[0-9]{4}']})", Want: "'ticket [pattern]'"},
		{Expr: "REDACT(null, 'ip')", Want: "null"},
	},
	Cost: fn.OwnCost,
	Body: func(c *fn.Call) (value.Value, error) {
		r, err := newRedaction(c)
		if err != nil {
			return value.Null, err
		}
		return r.value(c.Args[0], 0)
	},
}}

// redaction is what to replace, and by what.
type redaction struct {
	call     *fn.Call
	names    []string // of the detectors
	patterns []*regex.Pattern
	key      []byte // nil for none
}

func newRedaction(c *fn.Call) (*redaction, error) {
	r := &redaction{call: c}
	wanted := []value.Value{c.Args[1]}
	if c.Args[1].Kind() != value.KindString {
		wanted = slices.Collect(iterate.Items(c.Args[1]))
	}
	for _, name := range wanted {
		if name.Kind() != value.KindString {
			return nil, fn.Typef(1, "what to look for must be a string, and this is %s", fn.Of(name.Kind()).Indefinite())
		}
		if _, ok := sensitive.Detectors[name.Str()]; !ok {
			known := slices.Sorted(maps.Keys(sensitive.Detectors))
			return nil, fn.Argumentf(1, "nothing is known of '%.40s', only of %s; other forms are given as options, {'patterns' : ['…']}", name, strings.Join(known, ", "))
		}
		if !slices.Contains(r.names, name.Str()) {
			r.names = append(r.names, name.Str())
		}
	}
	if len(c.Args) < 3 {
		return r, nil
	}
	for option, v := range c.Args[2].Map().All() {
		switch option.Str() {
		case "key":
			if v.Kind() != value.KindString || v.Str() == "" {
				return nil, fn.Argumentf(2, "the key must be a string, and not empty")
			}
			r.key = []byte(v.Str())
		case "patterns":
			if v.Kind() != value.KindList && v.Kind() != value.KindSet {
				return nil, fn.Typef(2, "the patterns must be a list, and this is %s", fn.Of(v.Kind()).Indefinite())
			}
			for pattern := range iterate.Items(v) {
				if err := c.Spend(regex.CompileSteps(len(pattern.Str()))); err != nil {
					return nil, err
				}
				if pattern.Kind() != value.KindString {
					return nil, fn.Typef(2, "a pattern must be a string, and this is %s", fn.Of(pattern.Kind()).Indefinite())
				}
				p, err := parsePattern(pattern.Str())
				if err != nil {
					return nil, fn.Argumentf(2, "one of the patterns cannot be read: %v", regexError(err))
				}
				r.patterns = append(r.patterns, p)
			}
		default:
			return nil, fn.Argumentf(2, "there is no option '%.40s', only 'key' and 'patterns'", option)
		}
	}
	return r, nil
}

// maxLevels is how deep nested collections may be.
const maxLevels = 10_000

// value returns v with what is found in its strings replaced.
func (r *redaction) value(v value.Value, level int) (value.Value, error) {
	if level > maxLevels {
		return value.Null, fn.Limitf(0, "the collections are nested more than %d levels deep", maxLevels)
	}
	if err := r.call.Spend(1); err != nil {
		return value.Null, err
	}
	switch v.Kind() {
	case value.KindString:
		return r.text(v)
	case value.KindMap:
		if err := r.call.Allocate(2 * bytesPerEntry * int64(v.Len())); err != nil {
			return value.Null, err
		}
		m := value.NewMap(0)
		for key, item := range v.Map().All() {
			redacted, err := r.value(item, level+1)
			if err != nil {
				return value.Null, err
			}
			m = m.Put(key, redacted)
		}
		return value.FromMap(m), nil
	case value.KindList, value.KindSet:
		if err := r.call.Allocate(2 * bytesPerEntry * int64(v.Len())); err != nil {
			return value.Null, err
		}
		items := make([]value.Value, 0, v.Len())
		for item := range iterate.Items(v) {
			redacted, err := r.value(item, level+1)
			if err != nil {
				return value.Null, err
			}
			items = append(items, redacted)
		}
		if v.Kind() == value.KindSet {
			return value.FromSet(value.NewSet(items...)), nil
		}
		return value.ListOf(items...), nil
	}
	return v, nil
}

// bytesPerEntry is the memory of an entry of a map or an item of a list.
const bytesPerEntry = 64

// finding is a part of a text that is to be replaced.
type finding struct {
	start, end int
	name       string
}

// stepsToDetect is the work of looking at 64 bytes for one kind of data, besides a step.
const stepsToDetect = 3

func (r *redaction) text(v value.Value) (value.Value, error) {
	s := v.Str()
	if err := r.call.Spend(stepsToDetect * int64(len(r.names)) * int64(len(s)) / 64); err != nil {
		return value.Null, err
	}
	var findings []finding
	var failed error
	note := func(name string) func(start, end int) bool {
		return func(start, end int) bool {
			if end > start {
				findings = append(findings, finding{start, end, name})
			}
			if failed = r.call.Spend(2); failed == nil {
				failed = r.call.Allocate(bytesPerFinding)
			}
			return failed == nil
		}
	}
	for _, name := range r.names {
		err := sensitive.Detect(r.call, sensitive.Detectors[name], s, note(name))
		if err == nil {
			err = failed
		}
		if err != nil {
			return value.Null, err
		}
	}
	for _, p := range r.patterns {
		if err := p.Find(r.call, s, note("pattern")); err != nil {
			return value.Null, regexError(err)
		}
		if failed != nil {
			return value.Null, failed
		}
	}
	if len(findings) == 0 {
		return v, nil
	}
	slices.SortStableFunc(findings, func(a, b finding) int { return a.start - b.start })
	var text strings.Builder
	done := 0
	for _, f := range findings {
		if f.start < done {
			continue // within what was replaced already
		}
		text.WriteString(s[done:f.start])
		r.write(&text, s[f.start:f.end], f.name)
		done = f.end
		if limit := r.call.Limits().StringLength; text.Len() > limit {
			return value.Null, textTooLong(0, limit)
		}
	}
	text.WriteString(s[done:])
	return value.String(text.String()), r.call.Allocate(2 * int64(text.Len()))
}

// bytesPerFinding is the memory of one, and of the code written for it.
const bytesPerFinding = 300

// codeLength is how many digits of a keyed digest are written. They tell some million
// texts apart.
const codeLength = 16

// write writes what stands in the place of data.
func (r *redaction) write(text *strings.Builder, data, name string) {
	text.WriteByte('[')
	text.WriteString(name)
	if r.key != nil {
		code := hmac.New(sha256.New, r.key)
		code.Write([]byte(data)) // never fails
		text.WriteByte(':')
		text.WriteString(hex.EncodeToString(code.Sum(nil))[:codeLength])
	}
	text.WriteByte(']')
}
