// Package spec says how a table is declared: which file it is, which column has the keys,
// and when a key that is asked for matches. It reads no tables, so that front ends of
// rules can have it.
package spec

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar/internal/names"
)

// Spec is the declaration of a table. Two tables are the same if their specs are equal.
type Spec struct {
	File string
	// Key is the column with the keys, "" for the first one of a file with a header. A
	// range begins there, and ends in the column To.
	Key, To string
	Match   Match
	// Separator is what stands between the cells of CSV and TSV; "" is a comma in files
	// whose name ends in .csv, and a tab in others.
	Separator Separator
	// From and Until are columns with the times between which a row is valid; "" is none.
	From, Until string
	// Watch says that a changed file is read again.
	Watch bool
}

// Match says when a key that is asked for matches the key of a row.
type Match string

// The ways to match.
const (
	Exact  Match = "exact"  // the texts are equal
	NoCase Match = "nocase" // the texts are equal without regard to case
	CIDR   Match = "cidr"   // the address lies in the network; the smallest wins
	Suffix Match = "suffix" // the domain is the key, or below it; the longest wins
	Range  Match = "range"  // the number or address lies between the key and To; the smallest range wins
)

// Matches lists the ways to match.
func Matches() []string {
	return []string{string(Exact), string(NoCase), string(CIDR), string(Suffix), string(Range)}
}

// Separator is what stands between cells.
type Separator string

// The separators.
const (
	Comma     Separator = "comma"
	Semicolon Separator = "semicolon"
	Tab       Separator = "tab"
	Pipe      Separator = "pipe"
)

// Separators lists the separators.
func Separators() []string {
	return []string{string(Comma), string(Semicolon), string(Tab), string(Pipe)}
}

// Reloads lists what may become of a table when its file changes.
func Reloads() []string { return []string{ReloadNever, ReloadWatch} }

// What becomes of a table when its file changes.
const (
	ReloadNever = "never"
	ReloadWatch = "watch"
)

// IsMaxMind reports whether a file is a MaxMind database, by its name.
func IsMaxMind(file string) bool {
	name := strings.ToLower(file)
	return strings.HasSuffix(name, ".mmdb") || strings.HasSuffix(name, ".mmdb.gz") ||
		strings.HasSuffix(name, ".tar.gz") || strings.HasSuffix(name, ".tgz")
}

// IsName reports whether a text can be the name of a table.
func IsName(name string) bool {
	return name != "" && len(name) <= 200 && strings.TrimSpace(name) == name && !strings.ContainsAny(name, "\x00\n\r=,")
}

// Validate returns what is wrong with the combination of properties, nil if nothing is.
func (s *Spec) Validate() error {
	switch {
	case s.File == "":
		return fmt.Errorf("a table has a file")
	case IsMaxMind(s.File):
		if s.Key != "" || s.To != "" || s.From != "" || s.Until != "" || s.Separator != "" || s.Match != "" && s.Match != CIDR {
			return fmt.Errorf("%s is a MaxMind database, which has its own keys: addresses. It takes only file and reload", filepath.Base(s.File))
		}
	case s.Match == Range && s.To == "":
		return fmt.Errorf("match: range needs to, the column in which ranges end")
	case s.Match != Range && s.To != "":
		return fmt.Errorf("to is for match: range only")
	}
	return nil
}

// Properties lists what can be said of a table besides its file.
func Properties() []string { return slices.Clone(properties) }

var properties = []string{"key", "to", "match", "from", "until", "separator", "reload"}

// Parse reads a table from an option: NAME=FILE, and after commas properties as in a rule
// set, such as assets=assets.csv,key=net,match=cidr,reload=watch. What has commas itself
// stands in double quotes, within which a quote is doubled.
func Parse(option string) (name string, s Spec, err error) {
	name, rest, found := strings.Cut(option, "=")
	if name = strings.TrimSpace(name); !found || !IsName(name) {
		return "", s, fmt.Errorf("%.60q is no table: write NAME=FILE, and what else there is to say after commas, as in assets=assets.csv,key=net,match=cidr", option)
	}
	if err := s.parse(rest); err != nil {
		return "", s, fmt.Errorf("the table %s: %w", name, err)
	}
	return name, s, nil
}

// parse reads an option after its name.
func (s *Spec) parse(rest string) error {
	quoted := strings.HasPrefix(rest, `"`)
	var err error
	if s.File, rest, err = cutValue(rest); err != nil {
		return err
	}
	for !quoted && rest != "" { // a comma in the name of the file, as no property follows
		part, after, _ := strings.Cut(rest, ",")
		if strings.Contains(part, "=") {
			break
		}
		s.File, rest = s.File+","+part, after
	}
	for rest != "" {
		key, after, found := strings.Cut(rest, "=")
		if before, _, comma := strings.Cut(key, ","); comma || !found {
			return fmt.Errorf("%.60q is no property: write it as in match=cidr, and values with commas in double quotes", before)
		}
		var text string
		if text, rest, err = cutValue(after); err != nil {
			return err
		}
		if err := s.set(strings.TrimSpace(key), text); err != nil {
			return err
		}
	}
	return s.Validate()
}

// cutValue returns what stands before the first comma, or in double quotes, and what comes
// after the comma.
func cutValue(text string) (found, rest string, err error) {
	if !strings.HasPrefix(text, `"`) {
		found, rest, _ = strings.Cut(text, ",")
		return found, rest, nil
	}
	for rest = text[1:]; ; {
		part, after, closed := strings.Cut(rest, `"`)
		if found += part; !closed {
			return "", "", fmt.Errorf("the quote of %.60q is not closed", text)
		}
		if rest, closed = strings.CutPrefix(after, `"`); !closed {
			break
		}
		found += `"`
	}
	if rest != "" && rest[0] != ',' {
		return "", "", fmt.Errorf("there is more after the closing quote of %.60q: quotes within quotes are doubled", text)
	}
	return found, strings.TrimPrefix(rest, ","), nil
}

// set sets a property.
func (s *Spec) set(key, text string) (err error) {
	switch key {
	case "key":
		s.Key = text
	case "to":
		s.To = text
	case "from":
		s.From = text
	case "until":
		s.Until = text
	case "match":
		s.Match, err = oneOf[Match]("match", text, Matches())
	case "separator":
		s.Separator, err = oneOf[Separator]("separator", text, Separators())
	case "reload":
		var reload string
		reload, err = oneOf[string]("reload", text, Reloads())
		s.Watch = reload == ReloadWatch
	default:
		_, err = oneOf[string]("property", key, properties)
	}
	return err
}

func oneOf[T ~string](what, text string, known []string) (T, error) {
	for _, k := range known {
		if text == k {
			return T(text), nil
		}
	}
	if nearest := names.Nearest(text, known); nearest != "" {
		return "", fmt.Errorf("there is no %s %.40q; did you mean %s?", what, text, nearest)
	}
	return "", fmt.Errorf("there is no %s %.40q, only %s", what, text, strings.Join(known, ", "))
}
