package sigma

import "strings"

// node is a condition: of tests of fields, *item; of others, allOf, anyOf and not; or
// constant.
type node interface{}

type (
	allOf      []node
	anyOf      []node
	not        struct{ of node }
	constant   bool
	expression string // the text of an expression
)

// simplify returns a condition without constants in others, without lists of one, and
// without lists in lists of their kind.
func simplify(n node) node {
	switch n := n.(type) {
	case allOf:
		return simplifyList(n, false, func(parts []node) node { return allOf(parts) })
	case anyOf:
		return simplifyList(n, true, func(parts []node) node { return anyOf(parts) })
	case not:
		switch of := simplify(n.of).(type) {
		case constant:
			return !of
		case not:
			return of.of
		default:
			return not{of}
		}
	}
	return n
}

// simplifyList does so for a list that the constant decides, and that is its opposite if
// it is empty.
func simplifyList(parts []node, decides constant, list func([]node) node) node {
	var all []node
	for _, part := range parts {
		part = simplify(part)
		if c, ok := part.(constant); ok {
			if c == decides {
				return c
			}
			continue
		}
		if inner := partsOf(part, decides); inner != nil {
			all = append(all, inner...)
		} else {
			all = append(all, part)
		}
	}
	switch len(all) {
	case 0:
		return !decides
	case 1:
		return all[0]
	}
	return list(all)
}

// partsOf returns the parts of a list that the constant decides, nil for anything else.
func partsOf(n node, decides constant) []node {
	switch n := n.(type) {
	case anyOf:
		if decides {
			return n
		}
	case allOf:
		if !decides {
			return n
		}
	}
	return nil
}

// text returns a condition of constants and texts only, in which parentheses say what
// goes together.
func text(n node) string {
	switch n := n.(type) {
	case constant:
		if n {
			return "true"
		}
		return "false"
	case expression:
		return string(n)
	case not:
		return "not(" + text(n.of) + ")"
	case allOf:
		return joined(n, " and ")
	case anyOf:
		return joined(n, " or ")
	}
	return ""
}

func joined(parts []node, operator string) string {
	texts := make([]string, len(parts))
	for i, part := range parts {
		texts[i] = text(part)
		switch part.(type) {
		case allOf, anyOf:
			texts[i] = "(" + texts[i] + ")"
		}
	}
	return strings.Join(texts, operator)
}

// lengthOf returns about how long the text of a condition is.
func lengthOf(n node) int {
	length := len("not()")
	switch n := n.(type) {
	case expression:
		length += len(n)
	case not:
		length += lengthOf(n.of)
	case allOf:
		for _, part := range n {
			length += lengthOf(part)
		}
	case anyOf:
		for _, part := range n {
			length += lengthOf(part)
		}
	}
	return length
}

// transform returns a condition with its items replaced.
func transform(n node, replace func(*item) node) node {
	list := func(parts []node) []node {
		all := make([]node, len(parts))
		for i, part := range parts {
			all[i] = transform(part, replace)
		}
		return all
	}
	switch n := n.(type) {
	case allOf:
		return allOf(list(n))
	case anyOf:
		return anyOf(list(n))
	case not:
		return not{transform(n.of, replace)}
	case *item:
		return replace(n)
	}
	return n
}
