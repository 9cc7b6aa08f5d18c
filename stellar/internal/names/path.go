package names

import "strings"

// maxPrefixes bounds the work for a name of dots.
const maxPrefixes = 32

// Prefixes returns what stands before each dot of a name, the shortest first: if
// the name is missing, one of these can be that of a map that holds what it
// means. There are none if the name has no dots, or more than 32.
func Prefixes(name string) []string {
	n := strings.Count(name, ".")
	if n == 0 || n > maxPrefixes {
		return nil
	}
	prefixes := make([]string, 0, n)
	for i := range len(name) {
		if name[i] == '.' {
			prefixes = append(prefixes, name[:i])
		}
	}
	return prefixes
}
