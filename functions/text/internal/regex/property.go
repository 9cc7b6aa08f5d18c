package regex

import (
	_ "embed"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	asciiDigits     = newSet(span{'0', '9'})
	asciiLower      = newSet(span{'a', 'z'})
	asciiUpper      = newSet(span{'A', 'Z'})
	asciiLetters    = asciiLower.union(asciiUpper)
	asciiWord       = asciiLetters.union(asciiDigits, members("_"))
	asciiSpace      = members(" \t\n\v\f\r")
	asciiGraph      = newSet(span{'!', '~'})
	anyCharacter    = newSet(span{0, utf8.MaxRune})
	horizontalSpace = tables(unicode.Zs).union(members("\t\u180e"))
	verticalSpace   = members("\n\v\f\r\u0085\u2028\u2029")
	lineBreaks      = members("\n\r\u0085\u2028\u2029")
)

// asciiProperty returns the sets named after POSIX that go without Is.
func asciiProperty(name string) (set, bool) {
	switch name {
	case "ASCII":
		return newSet(span{0, 0x7F}), true
	case "Alpha":
		return asciiLetters, true
	case "Digit":
		return asciiDigits, true
	case "Alnum":
		return asciiLetters.union(asciiDigits), true
	case "Lower":
		return asciiLower, true
	case "Upper":
		return asciiUpper, true
	case "Punct":
		return asciiGraph.without(asciiLetters.union(asciiDigits)), true
	case "Graph":
		return asciiGraph, true
	case "Print":
		return asciiGraph.union(members(" ")), true
	case "Blank":
		return members(" \t"), true
	case "Cntrl":
		return newSet(span{0, 0x1F}, span{0x7F, 0x7F}), true
	case "XDigit":
		return asciiDigits.union(newSet(span{'A', 'F'}, span{'a', 'f'})), true
	case "Space":
		return asciiSpace, true
	}
	return nil, false
}

// category returns a general category or one of Java's few additions to them.
func category(name string) (set, bool) {
	switch name {
	case "L1":
		return newSet(span{0, 0xFF}), true
	case "all":
		return anyCharacter, true
	case "LD":
		return tables(unicode.L, unicode.Nd), true
	case "C":
		return tables(unicode.C, unicode.Cn), true
	}
	if table, ok := unicode.Categories[name]; ok {
		return tables(table), true
	}
	return nil, false
}

// binaryProperty returns a property that is written with Is, by its name in
// capitals.
func binaryProperty(name string) (set, bool) {
	switch name {
	case "ALPHABETIC":
		return tables(unicode.L, unicode.Nl, unicode.Other_Alphabetic), true
	case "LETTER":
		return tables(unicode.L), true
	case "IDEOGRAPHIC":
		return tables(unicode.Ideographic), true
	case "LOWERCASE":
		return tables(unicode.Ll, unicode.Other_Lowercase), true
	case "UPPERCASE":
		return tables(unicode.Lu, unicode.Other_Uppercase), true
	case "TITLECASE":
		return tables(unicode.Lt), true
	case "WHITE_SPACE", "WHITESPACE":
		return tables(unicode.White_Space), true
	case "CONTROL":
		return tables(unicode.Cc), true
	case "PUNCTUATION":
		return tables(unicode.P), true
	case "HEX_DIGIT", "HEXDIGIT":
		return tables(unicode.Nd, unicode.Hex_Digit), true
	case "ASSIGNED":
		return tables(unicode.Cn).negate(), true
	case "NONCHARACTER_CODE_POINT", "NONCHARACTERCODEPOINT":
		return tables(unicode.Noncharacter_Code_Point), true
	case "DIGIT":
		return tables(unicode.Nd), true
	case "ALNUM":
		return unicodeAlphanumeric(), true
	case "BLANK":
		return unicodeBlank(), true
	case "GRAPH":
		return unicodeGraph(), true
	case "PRINT":
		return unicodeGraph().union(unicodeBlank()).without(tables(unicode.Cc)), true
	case "WORD":
		return unicodeWord(), true
	case "JOIN_CONTROL", "JOINCONTROL":
		return tables(unicode.Join_Control), true
	}
	return nil, false
}

func unicodeAlphanumeric() set {
	return tables(unicode.L, unicode.Nl, unicode.Other_Alphabetic, unicode.Nd)
}

func unicodeWord() set {
	return unicodeAlphanumeric().union(tables(unicode.M, unicode.Pc, unicode.Join_Control))
}

func unicodeBlank() set { return tables(unicode.Zs).union(members("\t")) }

func unicodeGraph() set {
	return tables(unicode.Z, unicode.Cc, unicode.Cn).negate()
}

// posixInUnicode returns the binary property for the name of an ASCII one, both
// in capitals.
var posixInUnicode = map[string]string{
	"ALPHA": "ALPHABETIC", "LOWER": "LOWERCASE", "UPPER": "UPPERCASE", "SPACE": "WHITE_SPACE",
	"PUNCT": "PUNCTUATION", "XDIGIT": "HEX_DIGIT", "ALNUM": "ALNUM", "CNTRL": "CONTROL",
	"DIGIT": "DIGIT", "BLANK": "BLANK", "GRAPH": "GRAPH", "PRINT": "PRINT",
}

// javaProperty returns the set for which a method of Java's class Character is
// true, by its name after java.
func javaProperty(name string) (set, bool) {
	switch name {
	case "LowerCase", "UpperCase", "TitleCase":
		return binaryProperty(strings.ToUpper(name))
	case "Alphabetic", "Ideographic", "Digit", "Letter":
		return binaryProperty(strings.ToUpper(name))
	case "Defined":
		return binaryProperty("ASSIGNED")
	case "LetterOrDigit":
		return tables(unicode.L, unicode.Nd), true
	case "SpaceChar":
		return tables(unicode.Z), true
	case "Whitespace":
		return tables(unicode.Z).union(newSet(span{'\t', '\r'}, span{0x1C, 0x1F})).
			without(members("\u00a0\u2007\u202f")), true
	case "ISOControl":
		return tables(unicode.Cc), true
	case "IdentifierIgnorable":
		return identifierIgnorable(), true
	case "JavaIdentifierStart":
		return tables(unicode.L, unicode.Nl, unicode.Sc, unicode.Pc), true
	case "JavaIdentifierPart":
		return tables(unicode.L, unicode.Nl, unicode.Sc, unicode.Pc, unicode.Nd, unicode.Mc, unicode.Mn).
			union(identifierIgnorable()), true
	case "UnicodeIdentifierStart":
		return tables(unicode.L, unicode.Nl, unicode.Other_ID_Start), true
	case "UnicodeIdentifierPart":
		return tables(unicode.L, unicode.Nl, unicode.Pc, unicode.Nd, unicode.Mc, unicode.Mn,
			unicode.Other_ID_Start, unicode.Other_ID_Continue).union(identifierIgnorable()), true
	}
	return nil, false
}

func identifierIgnorable() set {
	return tables(unicode.Cf).union(newSet(span{0, 8}, span{0xE, 0x1B}, span{0x7F, 0x9F}))
}

// script returns a script by its long name, without regard to case.
func script(name string) (set, bool) {
	for known, table := range unicode.Scripts {
		if strings.EqualFold(known, name) {
			return tables(table), true
		}
	}
	return nil, false
}

//go:embed blocks.txt
var blocks string

// block returns a block by its name, without regard to case, blanks, hyphens and
// underscores.
func block(name string) (set, bool) {
	wanted := blockKey(name)
	for line := range strings.Lines(blocks) {
		bounds, known, ok := strings.Cut(line, "; ")
		if !ok || blockKey(known) != wanted {
			continue
		}
		first, last, _ := strings.Cut(bounds, "..")
		return newSet(span{hexadecimal(first), hexadecimal(last)}), true
	}
	return nil, false
}

func blockKey(name string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '_' || r == '\n' {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}

func hexadecimal(digits string) rune {
	n, _ := strconv.ParseUint(digits, 16, 32)
	return rune(n)
}

// namedSet returns what stands in \p{name}. Under (?i) the sets of one case are
// those of all cases; under (?U) the ASCII sets become Unicode's.
func namedSet(name string, f flags) (set, bool) {
	s, ok := caseSensitiveSet(name, f)
	if !ok || f&ignoreCase == 0 {
		return s, ok
	}
	bare := strings.TrimPrefix(strings.TrimPrefix(name, "Is"), "java")
	switch strings.ToUpper(bare) {
	case "LU", "LL", "LT", "GC=LU", "GC=LL", "GC=LT":
		return tables(unicode.LC), true
	case "LOWER", "UPPER":
		if bare == name && f&unicodeClasses == 0 {
			return asciiLetters, true
		}
		fallthrough
	case "LOWERCASE", "UPPERCASE", "TITLECASE":
		return tables(unicode.LC, unicode.Other_Lowercase, unicode.Other_Uppercase), true
	}
	return s, ok
}

func caseSensitiveSet(name string, f flags) (set, bool) {
	if key, text, ok := strings.Cut(name, "="); ok {
		switch strings.ToLower(key) {
		case "sc", "script":
			return script(text)
		case "blk", "block":
			return block(text)
		case "gc", "general_category":
			return unprefixedSet(text)
		}
		return nil, false
	}
	if text, ok := strings.CutPrefix(name, "In"); ok {
		return block(text)
	}
	if text, ok := strings.CutPrefix(name, "Is"); ok {
		if s, ok := unicodeProperty(text); ok {
			return s, true
		}
		if s, ok := unprefixedSet(text); ok {
			return s, true
		}
		return script(text)
	}
	if f&unicodeClasses != 0 {
		if _, ok := posixInUnicode[strings.ToUpper(name)]; ok {
			return unicodeProperty(name)
		}
	}
	return unprefixedSet(name)
}

// unicodeProperty returns a binary property by its name or by its POSIX name,
// without regard to case.
func unicodeProperty(name string) (set, bool) {
	name = strings.ToUpper(name)
	if property, ok := posixInUnicode[name]; ok {
		name = property
	}
	return binaryProperty(name)
}

func unprefixedSet(name string) (set, bool) {
	if s, ok := asciiProperty(name); ok {
		return s, true
	}
	if method, ok := strings.CutPrefix(name, "java"); ok {
		return javaProperty(method)
	}
	return category(name)
}
