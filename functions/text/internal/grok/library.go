package grok

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

//go:embed patterns.txt
var patternsText string

// library returns the definitions of the patterns that expressions may name.
var library = sync.OnceValue(func() map[string]string {
	patterns := map[string]string{"IPV6": ipv6Pattern()}
	for line := range strings.Lines(patternsText) {
		if name, definition, ok := strings.Cut(strings.TrimSuffix(line, "\n"), " "); ok && name != "#" {
			patterns[name] = definition
		}
	}
	return patterns
})

// Names returns the names of all patterns, sorted.
func Names() []string { return slices.Sorted(maps.Keys(library())) }

// ipv6Pattern makes the pattern of IPv6 addresses: one alternative for each number of
// groups that may stand before the two colons, the most first, and after all a zone,
// which goes on to the end of the line.
func ipv6Pattern() string {
	const (
		group  = `\p{XDigit}{1,4}`
		octet  = `(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)`
		groups = 8
		quad   = octet + `(?:\.` + octet + `){3}` // takes the place of two groups
	)
	alternatives := []string{
		fmt.Sprintf(`(?:%s:){7}(?:%[1]s|:)`, group),
		fmt.Sprintf(`(?:%s:){6}(?::%[1]s|%s|:)`, group, quad),
	}
	for before := groups - 3; before >= 0; before-- {
		opening := ":"
		if before > 0 {
			opening = fmt.Sprintf(`(?:%s:){%d}`, group, before)
		}
		after := groups - 1 - before
		alternatives = append(alternatives,
			fmt.Sprintf(`%[1]s(?:(?::%[2]s){1,%[3]d}|(?::%[2]s){0,%[4]d}:%[5]s|:)`, opening, group, after, after-2, quad))
	}
	return `(?:` + strings.Join(alternatives, "|") + `)(?:%.+)?`
}
