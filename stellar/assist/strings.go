package assist

import (
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
)

// strings finds what can stand in a string that begins with a quote.
func (c *completion) strings(quote byte) {
	typed := unescaped(c.text[c.from+1 : c.offset])
	add := func(f field, kind ItemKind) {
		c.add(Item{Label: f.name, Insert: quoted(f.name, quote), Kind: kind, Detail: f.detail()}, typed)
	}
	for _, key := range c.keys() {
		add(key, KeyItem)
	}
	if other, ok := c.compared(); ok && other.value.Kind() == value.KindString {
		add(field{name: other.value.Str()}, ValueItem)
	}
}

// keys lists the keys that a string may name: it is the argument for a key, and a map is
// another one.
func (c *completion) keys() []field {
	b, f := c.call(c.scope)
	if f == nil {
		return nil
	}
	if p := f.Param(b.argument); p == nil || p.Name != "key" && p.Name != "keys" && p.Name != "name" && p.Name != "names" {
		return nil
	}
	if !slices.ContainsFunc(f.Params, func(p fn.Param) bool { return p.Kinds&fn.Map != 0 }) {
		return nil
	}
	for i := b.first; i < len(c.tokens); i++ {
		t := c.tokens[i]
		if t.Class == syntax.Close && i > c.next {
			break
		}
		if t.Class != syntax.Name && t.Class != syntax.QuotedName {
			continue
		}
		if named, ok := c.scope.field(strings.Trim(c.textOf(t), "`")); ok && named.value.Kind() == value.KindMap {
			return keys(named.value.Map())
		}
	}
	var all []field // as the map comes after the key, it may not be there yet
	for _, variable := range c.scope.fields() {
		if variable.value.Kind() == value.KindMap && len(all) < maxNames {
			all = append(all, keys(variable.value.Map())...)
		}
	}
	return all
}

// compared returns the field with which the string at the cursor is compared.
func (c *completion) compared() (field, bool) {
	operator, ok := c.before(1)
	if !ok {
		return field{}, false
	}
	switch c.textOf(operator) {
	case "==", "!=":
	default:
		return field{}, false
	}
	name, ok := c.before(2)
	if !ok || name.Class != syntax.Name && name.Class != syntax.QuotedName {
		return field{}, false
	}
	return c.scope.field(strings.Trim(c.textOf(name), "`"))
}

var (
	escapes   = map[byte]string{'\\': `\\`, '\n': `\n`, '\r': `\r`, '\t': `\t`}
	unescapes = map[byte]byte{'n': '\n', 'r': '\r', 't': '\t'}
)

// quoted returns a text as a string of the language.
func quoted(text string, quote byte) string {
	var b strings.Builder
	b.WriteByte(quote)
	for i := range len(text) {
		switch escape := escapes[text[i]]; {
		case text[i] == quote:
			b.WriteString(`\` + string(quote))
		case escape != "":
			b.WriteString(escape)
		default:
			b.WriteByte(text[i])
		}
	}
	b.WriteByte(quote)
	return b.String()
}

// unescaped returns the text of the beginning of a string, after its quote.
func unescaped(text string) string {
	if !strings.Contains(text, `\`) {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+1 < len(text) {
			i++
			if plain, ok := unescapes[text[i]]; ok {
				b.WriteByte(plain)
				continue
			}
		}
		b.WriteByte(text[i])
	}
	return b.String()
}
