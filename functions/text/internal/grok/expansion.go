package grok

import (
	"strconv"
	"strings"
)

// reference is %{name}, %{name:alias}, %{name=definition} or %{name:alias=definition}.
type reference struct {
	start, end int    // in the text
	words      string // between the braces
	name       string
	alias      string
	definition string // "" for none
}

// isNameCharacter reports whether a name or an alias may have a character. It is what
// Metron's range from A to z holds.
func isNameCharacter[C byte | rune](c C) bool { return 'A' <= c && c <= 'z' || '0' <= c && c <= '9' }

// nextReference returns the first reference in text at or after a position.
func nextReference(text string, from int) (reference, bool) {
	for {
		found := strings.Index(text[from:], "%{")
		if found < 0 {
			return reference{}, false
		}
		start := from + found
		if r, ok := referenceAt(text, start); ok {
			return r, true
		}
		from = start + len("%{")
	}
}

func referenceAt(text string, start int) (reference, bool) {
	begin := start + len("%{")
	end := begin
	for end < len(text) && isNameCharacter(text[end]) {
		end++
	}
	r := reference{start: start, name: text[begin:end]}
	if r.name == "" {
		return r, false
	}
	if end < len(text) && text[end] == ':' {
		from := end + 1
		for end = from; end < len(text) && (isNameCharacter(text[end]) || text[end] == ':'); end++ {
		}
		if r.alias = text[from:end]; r.alias == "" {
			return r, false
		}
	}
	if end < len(text) && text[end] == '=' {
		length := strings.IndexAny(text[end:], "{}")
		if length <= 1 {
			return r, false
		}
		r.definition = text[end+1 : end+length]
		end += length
	}
	if end == len(text) || text[end] != '}' {
		return r, false
	}
	r.words, r.end = text[begin:end], end+1
	return r, true
}

// column is the name of the column that a reference makes.
func (r *reference) column() string {
	if r.alias != "" {
		return r.alias
	}
	return r.words
}

// expansion replaces the references of an expression.
type expansion struct {
	definitions map[string]string // of the expression itself
	budget      Budget
	foreign     int      // bytes that are not from the library
	names       []string // the columns of the references that are replaced
	unknown     []string
}

// definition returns what a name stands for; foreign reports that it is not from the
// library.
func (x *expansion) definition(name string) (definition string, known, foreign bool) {
	if definition, known = x.definitions[name]; known {
		return definition, true, true
	}
	definition, known = library()[name]
	return definition, known, false
}

// expand replaces all references in text.
func (x *expansion) expand(text string) (string, error) {
	// What stands before a reference that is replaced has none.
	for r, ok := nextReference(text, 0); ok; r, ok = nextReference(text, r.start) {
		if len(x.names) == maxReferences {
			return "", errorf("the expression has more than %d references, with those in what they stand for", maxReferences)
		}
		definition, known, foreign := x.definition(r.name)
		if r.definition != "" {
			if x.definitions == nil {
				x.definitions = map[string]string{}
			}
			x.definitions[r.name] = r.definition
			definition, known, foreign = r.definition, true, true
		}
		if !known {
			x.unknown = append(x.unknown, r.name)
			definition = "(?!)"
		}
		words := "%{" + r.words + "}"
		group := "(?<" + strconv.Itoa(len(x.names)) + ">" + definition + ")"
		x.names = append(x.names, r.column())
		times := strings.Count(text, words)
		if foreign {
			x.foreign += times * len(definition)
		}
		if len(text)+times*(len(group)-len(words)) > maxLength {
			return "", errorf("the expression has more than %d bytes once its references are replaced", maxLength)
		}
		if err := x.budget.Spend(int64(len(text) / bytesPerStep)); err != nil {
			return "", err
		}
		if err := x.budget.Allocate(int64(len(text) + len(group))); err != nil {
			return "", err
		}
		text = strings.ReplaceAll(text, words, group)
	}
	return text, nil
}

// refuseCycles returns an error if a definition refers to itself, directly or through
// others.
func (x *expansion) refuseCycles(text string) error {
	done := map[string]bool{}
	var path []string
	var visit func(text string) error
	visit = func(text string) error {
		for r, ok := nextReference(text, 0); ok; r, ok = nextReference(text, r.end) {
			definition, known, _ := x.definition(r.name)
			if r.definition != "" || !known || done[r.name] {
				continue
			}
			for i, name := range path {
				if name == r.name {
					return errorf("the definition of %s refers to itself: %s", name, strings.Join(append(path[i:], name), " → "))
				}
			}
			path = append(path, r.name)
			if err := visit(definition); err != nil {
				return err
			}
			path = path[:len(path)-1]
			done[r.name] = true
		}
		return nil
	}
	return visit(text)
}
