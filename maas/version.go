package maas

import (
	"cmp"
	"slices"
	"strings"
)

// CompareVersions orders versions: negative when a is older than b, zero when
// they are equally new. Numbers compare by value, so 9.0 is older than 10.0,
// and missing ones are zeros, so 1 equals 1.0. The first word begins the
// pre-release part: 1.0-rc2 is older than 1.0-rc10, and that older than 1.0;
// within that part words compare by text and are newer than numbers. Points,
// dashes and other marks only separate. A leading v and what follows a plus
// sign (a build's label) do not count.
func CompareVersions(a, b string) int {
	release1, rest1 := splitVersion(a)
	release2, rest2 := splitVersion(b)
	if order := slices.CompareFunc(release1, release2, compareParts); order != 0 {
		return order
	}
	if len(rest1) == 0 || len(rest2) == 0 {
		return cmp.Compare(len(rest2), len(rest1))
	}
	return slices.CompareFunc(rest1, rest2, compareParts)
}

// compareReleasesFirst orders versions as CompareVersions does, but every
// pre-release is older than any release: one that is not asked for is taken only
// when there is nothing else.
func compareReleasesFirst(a, b string) int {
	release1, release2 := isRelease(a), isRelease(b)
	switch {
	case release1 && !release2:
		return 1
	case release2 && !release1:
		return -1
	}
	return CompareVersions(a, b)
}

func isRelease(version string) bool {
	_, prerelease := splitVersion(version)
	return len(prerelease) == 0
}

// splitVersion returns the numbers before the first word, without zeros at the
// end, and the parts from the first word on. Numbers are without leading zeros.
func splitVersion(version string) (release, rest []string) {
	version, _, _ = strings.Cut(version, "+")
	version = strings.ToLower(version)
	if len(version) > 1 && version[0] == 'v' && isDigit(version[1]) {
		version = version[1:]
	}
	parts := versionParts(version)
	word := slices.IndexFunc(parts, func(p string) bool { return !isNumber(p) })
	if word < 0 {
		word = len(parts)
	}
	release, rest = parts[:word], parts[word:]
	for len(release) > 0 && release[len(release)-1] == "0" {
		release = release[:len(release)-1]
	}
	return release, rest
}

func versionParts(version string) []string {
	var parts []string
	for i := 0; i < len(version); {
		start := i
		switch {
		case isDigit(version[i]):
			for i < len(version) && isDigit(version[i]) {
				i++
			}
			number := strings.TrimLeft(version[start:i], "0")
			if number == "" {
				number = "0"
			}
			parts = append(parts, number)
		case isWordByte(version[i]):
			for i < len(version) && isWordByte(version[i]) {
				i++
			}
			parts = append(parts, version[start:i])
		default:
			i++
		}
	}
	return parts
}

func compareParts(a, b string) int {
	switch number1, number2 := isNumber(a), isNumber(b); {
	case number1 && number2:
		if order := cmp.Compare(len(a), len(b)); order != 0 {
			return order
		}
	case number1:
		return -1
	case number2:
		return 1
	}
	return strings.Compare(a, b)
}

func isNumber(part string) bool { return isDigit(part[0]) }

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

// isWordByte reports whether a byte belongs to a letter, of ASCII or beyond.
func isWordByte(b byte) bool { return 'a' <= b && b <= 'z' || b >= 0x80 }
