package sigma

import (
	"encoding/base64"
	"slices"

	"github.com/stellarlang/stellar/stellar/rules/internal/yamltext"
)

// modifier is what follows a | in a key.
type modifier struct {
	texts bool // it takes texts only, so that it goes with no operator but fieldref
	set   func(c *chain, name string)
}

var modifiers = map[string]modifier{
	"contains": affix, "startswith": affix, "endswith": affix,
	"wide": encoding, "utf16le": encoding, "utf16be": encoding, "utf16": encoding, "base64": encoding, "base64offset": encoding,
	"re": operator, "cidr": operator, "exists": operator, "fieldref": operator,
	"lt": operator, "lte": operator, "gt": operator, "gte": operator,
	"minute": timePart, "hour": timePart, "day": timePart, "week": timePart, "month": timePart, "year": timePart,
	"i": flagOfRE, "m": flagOfRE, "s": flagOfRE, "ignorecase": flagOfRE, "multiline": flagOfRE, "dotall": flagOfRE,
	"all":     {set: func(c *chain, _ string) { c.all = true }},
	"neq":     {set: func(c *chain, _ string) { c.neq = true }},
	"cased":   {set: func(c *chain, _ string) { c.cased = true }},
	"windash": {texts: true, set: func(c *chain, _ string) { c.windash = true }},
	"expand":  {set: func(c *chain, _ string) { c.expand = true }},
}

var (
	affix    = modifier{texts: true, set: func(c *chain, name string) { c.affixes = append(c.affixes, name) }}
	encoding = modifier{texts: true, set: func(c *chain, name string) { c.encodings = append(c.encodings, name) }}
	operator = modifier{set: func(c *chain, name string) { c.operator = name }}
	timePart = modifier{set: func(c *chain, name string) { c.part = name }}
	flagOfRE = modifier{set: func(c *chain, name string) { c.flags += name[:1] }}
)

// longFlags are flags that have a letter too.
var longFlags = map[string]string{"ignorecase": "i", "multiline": "m", "dotall": "s"}

// modifierNames are in the order in which messages list them.
func modifierNames() []string {
	var all []string
	for name := range modifiers {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}

// mistake reports a mistake of the key, and returns false.
func (c *chain) mistake(format string, values ...any) bool {
	c.Report(c.at, format, values...)
	return false
}

// read reads the modifiers. It reports whether they go together.
func (c *chain) read() bool {
	for i, name := range c.names {
		known, ok := modifiers[name]
		if !ok {
			c.Unknown(c.at, "there is no modifier "+yamltext.Quoted(name), name, modifierNames())
			return false
		}
		if slices.Contains(c.names[:i], name) {
			return c.mistake("%s is there twice", name)
		}
		isOperator := c.operator != ""
		before := c.operator
		if f := longFlags[name]; f != "" {
			name = f
		}
		known.set(c, name)
		if isOperator && c.operator != before {
			return c.mistake("%s and %s exclude each other", before, c.operator)
		}
	}
	texts := len(c.affixes) + len(c.encodings)
	switch {
	case c.flags != "" && c.operator != "re":
		return c.mistake("the flags i, m and s are those of re: write |re|%s", c.flags[:1])
	case c.keyword && (c.operator != "" && c.operator != "re" || c.part != "" || c.neq):
		return c.mistake("keywords have no field: only all, cased, re, and what changes texts goes with them")
	case c.operator == "exists" && len(c.names) > 1:
		return c.mistake("exists goes with no other modifier")
	case c.operator == "re" && (texts > 0 || c.windash || c.cased):
		return c.mistake("re goes with i, m, s, all, neq and expand only: it finds the expression anywhere, ^ and $ are the ends")
	case c.operator == "re" && c.names[0] != "re" && c.names[0] != "expand":
		return c.mistake("re is the first modifier")
	case c.operator == "cidr" && (texts > 0 || c.windash || c.cased || c.expand):
		return c.mistake("cidr goes with all and neq only")
	case c.operator == "fieldref" && (len(c.encodings) > 0 || c.windash || c.expand || len(c.affixes) > 1):
		return c.mistake("fieldref goes with one of contains, startswith and endswith, and with cased, all and neq only")
	case comparisons[c.operator] != "" && (texts > 0 || c.windash || c.cased || c.expand):
		return c.mistake("%s compares numbers, and goes with a part of a time, all and neq only", c.operator)
	case c.part != "" && (texts > 0 || c.windash || c.cased || c.expand || c.operator != "" && comparisons[c.operator] == ""):
		return c.mistake("%s is compared as a number, and goes with lt, lte, gt, gte, all and neq only", c.part)
	}
	return c.readEncodings()
}

// readEncodings reports whether the encodings of texts go together.
func (c *chain) readEncodings() bool {
	wide := 0
	for i, name := range c.encodings {
		last := i == len(c.encodings)-1
		switch name {
		case "base64", "base64offset":
			if !last {
				return c.mistake("%s and %s exclude each other", name, c.encodings[len(c.encodings)-1])
			}
			if name == "base64offset" && !slices.Contains(c.affixes, "contains") {
				c.Warn(c.at, "whole-encoded", "base64offset without contains compares the whole field: write base64offset|contains")
			}
		default:
			if wide++; wide > 1 {
				return c.mistake("a text has one encoding, and there are %s and %s", c.encodings[i-1], name)
			}
			if last {
				return c.mistake("%s makes bytes that no field has: write base64offset or base64 after it", name)
			}
		}
	}
	return true
}

// encode returns the texts that a text becomes by an encoding.
func encode(text, name string) []string {
	switch name {
	case "base64":
		return []string{base64.StdEncoding.EncodeToString([]byte(text))}
	case "base64offset":
		return base64Offsets(text)
	case "wide", "utf16le":
		return []string{toUTF16(text, "utf16le")}
	}
	return []string{toUTF16(text, name)}
}
