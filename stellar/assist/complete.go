package assist

import (
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/names"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
)

// Completions are texts that can stand at a place.
type Completions struct {
	// Range is the part of the text that an item takes the place of. It ends at the
	// cursor.
	Range diag.Range
	// Items come with the likeliest first, up to some hundreds.
	Items []Item
}

// Item is a text that can stand at a place.
type Item struct {
	Label  string // what it is called
	Insert string // what is inserted, such as a name with an opening bracket
	Kind   ItemKind
	Detail string // a few words about it: a signature, a value, shortened

	// Function is the function that an item of its kind stands for.
	Function *fn.Func
}

// ItemKind is the sort of an item.
type ItemKind uint8

// The kinds of items.
const (
	FunctionItem ItemKind = iota + 1
	VariableItem
	KeyItem // of a map
	ValueItem
	KeywordItem
)

var itemKindNames = [...]string{
	FunctionItem: "function", VariableItem: "variable", KeyItem: "key", ValueItem: "value", KeywordItem: "keyword",
}

// String returns the name, such as "function".
func (k ItemKind) String() string { return itemKindNames[k] }

// maxItems is how many items there are at most.
const maxItems = 300

// Complete returns what can stand at a place. In a string that is the argument of a
// function such as MAP_GET these are the keys of the map; after a comparison, what the
// field on its other side holds; elsewhere functions, variables, entries of maps and
// keywords whose names begin with what stands before the place, or have a word that does.
func Complete(scope Scope, text string, offset int) Completions {
	c := &completion{cursor: at(text, offset), scope: scope}
	c.from = c.offset
	if t, ok := c.current(); ok {
		c.token, c.from = t, t.Start
	}
	switch quote := c.quote(); {
	case c.token.Class == syntax.Comment || c.token.Class == syntax.Number:
		c.from = c.offset
	case quote == '`':
		c.fields(c.text[c.from+1:c.offset], true)
	case quote != 0:
		c.strings(quote)
	case c.token.Class == syntax.Bad || c.token.Class == syntax.Operator:
		c.from = c.offset
		c.names("")
	default:
		c.names(c.text[c.from:c.offset])
	}
	return Completions{diag.Range{Start: c.from, End: c.offset}, c.ranked()}
}

// completion is the search for what can stand at a cursor.
type completion struct {
	*cursor
	scope Scope
	token syntax.Token // around the cursor; the zero token if there is none
	from  int          // where the part that is replaced begins
	found []candidate
}

// candidate is an item with how well it fits.
type candidate struct {
	Item
	rank int // the least first
}

// quote returns the sign with which the token around the cursor begins if that is a
// string or a name in backquotes that the cursor is in, and 0 otherwise.
func (c *completion) quote() byte {
	switch c.token.Class {
	case syntax.String, syntax.QuotedName, syntax.Bad:
		if c.isQuote(c.token.Start) {
			return c.text[c.token.Start]
		}
	}
	return 0
}

// The ranks of candidates, the best first, by how the typed part is found in the name.
const (
	atBegin = iota
	atBeginOtherCase
	atWord
	inside
	nowhere
)

// rankOf returns how a typed part is found in a name.
func rankOf(name, typed string) int {
	if strings.HasPrefix(name, typed) {
		return atBegin
	}
	upper, part := strings.ToUpper(name), strings.ToUpper(typed)
	i := strings.Index(upper, part)
	switch {
	case i < 0:
		return nowhere
	case i == 0:
		return atBeginOtherCase
	case strings.Contains(upper, "_"+part) || strings.Contains(upper, "."+part):
		return atWord
	}
	return inside
}

// add takes an item if its label has what was typed. Among those of one rank the order
// of adding stays.
func (c *completion) add(item Item, typed string) {
	if rank := rankOf(item.Label, typed); rank < nowhere {
		c.found = append(c.found, candidate{item, rank})
	}
}

func (c *completion) ranked() []Item {
	slices.SortStableFunc(c.found, func(a, b candidate) int { return a.rank - b.rank })
	items := make([]Item, 0, min(len(c.found), maxItems))
	for i := range c.found[:min(len(c.found), maxItems)] {
		items = append(items, c.found[i].Item)
	}
	return items
}

// The words of the language, and what they are.
var (
	operators = []Item{
		{Label: "and", Detail: "both are true"}, {Label: "or", Detail: "one is true"},
		{Label: "==", Detail: "equal"}, {Label: "!=", Detail: "unequal"},
		{Label: "in", Detail: "is an item, a key or a part of"}, {Label: "not in", Detail: "is no item, key or part of"},
		{Label: "then", Detail: "after if"}, {Label: "else", Detail: "after then"},
	}
	beginnings = []Item{
		{Label: "not", Insert: "not(", Detail: "not(condition)"}, {Label: "exists", Insert: "exists(", Detail: "exists(field)"},
		{Label: "if", Detail: "if condition then value else value"}, {Label: "match", Insert: "match{ ", Detail: "match{ condition => value, default => value }"},
		{Label: "true"}, {Label: "false"}, {Label: "null", Detail: "no value"}, {Label: "NaN", Detail: "not a number"},
	}
)

// names finds what can stand where a word of the language does.
func (c *completion) names(typed string) {
	if c.afterValue() {
		for _, word := range operators {
			c.keyword(word, typed)
		}
		return
	}
	wanted := c.wanted()
	c.fields(typed, false)
	c.functions(typed)
	for i := range c.found { // what does not fit comes last
		if f := &c.found[i]; wanted != 0 && typed == "" && f.Kind == FunctionItem && f.Function.Result&wanted == 0 {
			f.rank = nowhere
		}
	}
	for _, word := range beginnings {
		c.keyword(word, typed)
	}
}

func (c *completion) keyword(word Item, typed string) {
	word.Kind = KeywordItem
	if word.Insert == "" {
		word.Insert = word.Label
	}
	if typed == "" || rankOf(word.Label, typed) <= atBeginOtherCase {
		c.add(word, typed)
	}
}

// wanted returns the kinds that the parameter takes whose argument is at the cursor, 0 if
// it is none.
func (c *completion) wanted() fn.Kinds {
	b, f := c.call(c.scope)
	if f == nil || len(c.open) == 0 || b != &c.open[len(c.open)-1] {
		return 0
	}
	p := f.Param(b.argument)
	if p == nil {
		return 0
	}
	return p.Kinds
}

// functions finds functions.
func (c *completion) functions(typed string) {
	functions := c.scope.Env.Functions()
	if typed != "" && !names.IsKeyword(typed) {
		if f, meant := c.scope.Env.Lookup(strings.ToUpper(typed)); f == nil && functions[meant] != nil {
			item := c.function(functions[meant])
			c.found = append(c.found, candidate{item, atBegin})
			first := len(c.found) - 1
			defer func() { // it has come first
				c.found = append(c.found[:first+1], slices.DeleteFunc(c.found[first+1:], func(other candidate) bool {
					return other.Function == item.Function
				})...)
			}()
		}
	}
	for _, name := range sortedNames(functions) {
		c.add(c.function(functions[name]), typed)
	}
}

func (c *completion) function(f *fn.Func) Item {
	item := Item{Label: f.Name, Insert: f.Name + "(", Kind: FunctionItem, Detail: f.Signature(), Function: f}
	switch {
	case strings.HasPrefix(c.text[c.offset:], "("):
		item.Insert = f.Name
	case len(f.Params) == 0:
		item.Insert += ")"
	}
	return item
}

// fields finds variables, parameters of lambdas, and entries of maps by their paths.
func (c *completion) fields(typed string, quoted bool) {
	insert := func(name string) (string, bool) {
		switch {
		case strings.ContainsAny(name, "`\r\n") || name == "":
			return "", false
		case quoted:
			return "`" + name + "`", true
		case stellar.IsVariable(name) || names.IsPlain(name):
			return name, true
		}
		return names.Written(name), true
	}
	offer := func(f field) {
		if text, ok := insert(f.name); ok {
			c.add(Item{Label: f.name, Insert: text, Kind: VariableItem, Detail: f.detail()}, typed)
		}
	}
	if !quoted {
		for _, name := range c.parameters() {
			offer(field{name: name})
		}
		if dot := strings.LastIndexByte(typed, '.'); dot > 0 {
			if m, ok := c.scope.field(typed[:dot]); ok && m.value.Kind() == value.KindMap {
				for _, entry := range keys(m.value.Map()) {
					entry.name = typed[:dot+1] + entry.name
					if names.IsPlain(entry.name) {
						offer(entry)
					}
				}
			}
		}
	}
	for _, f := range c.scope.fields() {
		offer(f)
	}
}
