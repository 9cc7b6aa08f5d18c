package rules

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/rules/internal/scan"
	"github.com/stellarlang/stellar/stellar/value"
)

var oddLines = flag.Int("odd.lines", 60_000, "how many lines TestOddLines reads, a tenth with the race detector")

// TestMalformed compares what is said of malformed lines with testdata/malformed.txt,
// of which each line has a quoted text, and what is said of it.
func TestMalformed(t *testing.T) {
	data, err := os.ReadFile("testdata/malformed.txt")
	require.NoError(t, err)
	reader := &Reader{set: &Set{wanted: scan.NewNames([]string{"a", "b"})}}
	number := 0
	for s := bufio.NewScanner(bytes.NewReader(data)); s.Scan(); number++ {
		quoted, want, ok := strings.Cut(s.Text(), "\t")
		require.True(t, ok, s.Text())
		text, err := strconv.Unquote(quoted)
		require.NoError(t, err, quoted)
		_, err = ParseMessage([]byte(text))
		require.Equal(t, want, outcome(err), quoted)
		_, err = reader.Read([]byte(text))
		require.Equal(t, want, outcome(err), quoted)
	}
	require.GreaterOrEqual(t, number, 300)
}

// TestOddLines compares scanning with the decoder, and a message that was read for a
// set with one that was not.
func TestOddLines(t *testing.T) {
	reader := newComparison(t)
	o := newOdd(7)
	lines, accepted := *oddLines, 0
	if underRace {
		lines /= 10
	}
	for range lines {
		if reader.compare(t, []byte(o.line())) {
			accepted++
		}
	}
	require.Greater(t, accepted, lines/3)
	require.Less(t, accepted, lines*2/3)
}

// FuzzReader does the same for any text.
func FuzzReader(f *testing.F) {
	o := newOdd(8)
	for range 200 {
		f.Add([]byte(o.line()))
	}
	reader := newComparison(f)
	f.Fuzz(func(t *testing.T, text []byte) { reader.compare(t, text) })
}

// comparison reads one text after the other with the same reader.
type comparison struct {
	reader *Reader
	kept   []keptText
}

// keptText is a string that was read from a message, and a copy of it.
type keptText struct{ text, copied string }

func newComparison(t testing.TB) *comparison {
	names := []string{"", "a", "host", "a_name_that_is_longer", "Aé"}
	return &comparison{reader: &Reader{set: &Set{wanted: scan.NewNames(names)}}}
}

// compare reports whether the text is a message.
func (c *comparison) compare(t testing.TB, text []byte) bool {
	slow := &Message{text: string(text)}
	wantErr := slow.parseSlowly()
	message, err := ParseMessage(text)
	require.Equal(t, outcome(wantErr), outcome(err), "%q", text)
	read, err := c.reader.Read(text)
	require.Equal(t, outcome(wantErr), outcome(err), "%q", text)
	var json scan.Text
	json.Set(text)
	members, body, ok := scan.Object(&json, nil, nil, nil)
	require.Equal(t, wantErr == nil, ok, "%q", text)
	if wantErr != nil {
		return false
	}
	require.Equal(t, slow.bodyFrom, body, "%q", text)
	require.Len(t, members, len(slow.members))
	for i := range members {
		m := &members[i]
		require.Equal(t, isPlain(string(text[m.ValueStart:m.End])), m.Plain, "%q", text)
		m.Plain = false
		require.Equal(t, slow.members[i], *m, "%q", text)
	}
	require.Equal(t, string(text), string(read.AppendJSON(nil)))
	names := message.Names()
	require.Equal(t, names, read.Names())
	c.check(t)
	for _, name := range names {
		want := message.Lookup(name)
		got := read.Lookup(name)
		require.Equal(t, describe(want), describe(got), "%q of %q", name, text)
		if got.Kind() == value.KindString {
			c.kept = append(c.kept, keptText{got.Str(), strings.Clone(got.Str())})
		}
	}
	for _, m := range []*Message{message, read} {
		for i, name := range names {
			switch (i + len(text)) % 4 {
			case 0:
				m.Set(name, value.Int(int32(i)))
			case 1:
				m.Delete(name)
			}
		}
		m.Set("host", value.String("new"))
		m.Set("b", value.Null)
	}
	require.Equal(t, string(message.AppendJSON(nil)), string(read.AppendJSON(nil)), "%q", text)
	require.Equal(t, message.Names(), read.Names())
	return true
}

// check makes sure that strings of messages before stay as they were.
func (c *comparison) check(t testing.TB) {
	for _, k := range c.kept {
		require.Equal(t, k.copied, k.text)
	}
	if len(c.kept) > 50 {
		c.kept = c.kept[:0]
	}
}

func isPlain(text string) bool {
	return text[0] == '"' && strings.IndexFunc(text, func(r rune) bool { return r == '\\' || r >= utf8.RuneSelf }) < 0
}

func describe(v value.Value) string { return fmt.Sprint(v.Kind(), " ", v) }
