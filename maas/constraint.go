package maas

import (
	"errors"
	"fmt"
	"strings"
)

// errConstraint is wrapped by the errors of constraints.
var errConstraint = errors.New("not a version, a stage or a constraint such as '>=1.2 <2'")

// The comparisons of a constraint. Longer ones stand before those that they begin with.
var comparisons = []struct {
	sign string
	fits func(order int) bool
}{
	{">=", func(order int) bool { return order >= 0 }},
	{"<=", func(order int) bool { return order <= 0 }},
	{"==", func(order int) bool { return order == 0 }},
	{"!=", func(order int) bool { return order != 0 }},
	{">", func(order int) bool { return order > 0 }},
	{"<", func(order int) bool { return order < 0 }},
	{"=", func(order int) bool { return order == 0 }},
}

// parseConstraint returns a test of versions: comparisons, separated by blanks or
// commas, which all must hold. Versions compare by CompareVersions, whatever the order
// is by which a registry finds the newest one.
func parseConstraint(text string) (fits func(version string) bool, err error) {
	var all []func(version string) bool
	rest := strings.TrimSpace(text)
	for rest != "" {
		found := false
		for _, c := range comparisons {
			after, ok := strings.CutPrefix(rest, c.sign)
			if !ok {
				continue
			}
			after = strings.TrimLeft(after, " ")
			end := strings.IndexAny(after, " ,<>=!")
			if end < 0 {
				end = len(after)
			}
			limit := after[:end]
			if limit == "" {
				return nil, fmt.Errorf("%q is %w: a version is missing after %s", shown(text), errConstraint, c.sign)
			}
			all = append(all, func(version string) bool { return c.fits(CompareVersions(version, limit)) })
			rest, found = strings.TrimLeft(after[end:], " ,"), true
			break
		}
		if !found {
			return nil, fmt.Errorf("%q is %w", shown(text), errConstraint)
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%q is %w", shown(text), errConstraint)
	}
	return func(version string) bool {
		for _, fits := range all {
			if !fits(version) {
				return false
			}
		}
		return true
	}, nil
}
