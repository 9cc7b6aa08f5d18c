package bytepattern_test

import (
	"bytes"
	"errors"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/functions/bytearray/internal/bytepattern"
)

func free(int64) error { return nil }

// TestPatterns goes through testdata/patterns.txt: a pattern, and below it in which bytes
// it is and in which not, as Go writes strings.
func TestPatterns(t *testing.T) {
	text, err := os.ReadFile("testdata/patterns.txt")
	require.NoError(t, err)
	cases := 0
	var p *bytepattern.Pattern
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		verdict, data, _ := strings.Cut(strings.TrimSpace(line), ": ")
		if !strings.HasPrefix(line, "  ") {
			p, err = bytepattern.Parse(line)
			require.NoError(t, err, line)
			continue
		}
		for field := range strings.FieldsSeq(data) {
			unquoted, err := strconv.Unquote(field)
			require.NoError(t, err, line)
			found, err := p.In([]byte(unquoted), free)
			require.NoError(t, err)
			require.Equal(t, verdict == "in", found, "%s", line)
			cases++
		}
	}
	require.Greater(t, cases, 80)
}

func TestMistakes(t *testing.T) {
	for pattern, want := range map[string]string{
		"":              "bytes are missing, such as 0A or 'text', at character 1",
		"0":             "a byte is missing: two hexadecimal digits, such as 0A, or a text in quotes, at character 1",
		"00 xx":         "a byte is missing: two hexadecimal digits, such as 0A, or a text in quotes, at character 4",
		"'abc":          "a text in quotes is empty, or does not end, at character 1",
		"''":            "a text in quotes is empty, or does not end, at character 1",
		"'ä'":           "a text in quotes is ASCII: write other bytes as hexadecimal digits, at character 2",
		"[]":            "a set in brackets is empty, or does not end, at character 2",
		"[00":           "a set in brackets is empty, or does not end, at character 4",
		"(00":           "a closing parenthesis is missing, at character 4",
		"00)":           "a parenthesis closes that was not opened, at character 3",
		"00 |":          "bytes are missing, such as 0A or 'text', at character 5",
		"*":             "a byte is missing: two hexadecimal digits, such as 0A, or a text in quotes, at character 1",
		"00{":           "a number of repetitions, up to 20000, is missing, at character 4",
		"00{99999}":     "a number of repetitions, up to 20000, is missing, at character 4",
		"00{3,2}":       "it can be repeated 2 times at most, and 3 at least, at character 7",
		"00{3":          "} is missing after a number of repetitions, at character 5",
		"^'ab'":         "^ stands before what is one byte, not before a text of several, at character 1",
		"05-04":         "a range ends with one byte that is not below its first, at character 4",
		"'a'-'bc'":      "a range ends with one byte that is not below its first, at character 5",
		`\q`:            `\ stands before one of the letters t n v f r e d D l L u U i I s S w W, at character 1`,
		"&":             "a byte is missing: two hexadecimal digits, such as 0A, or a text in quotes, at character 2",
		"00{200}{200}":  "with all its repetitions the pattern is too large, at character 1",
		"'a' # comment": "",
	} {
		_, err := bytepattern.Parse(pattern)
		if want == "" {
			require.NoError(t, err)
			continue
		}
		require.EqualError(t, err, want, pattern)
	}
	for _, deep := range []string{"(", "[", "^", "(00|"} {
		_, err := bytepattern.Parse(strings.Repeat(deep, 15_000))
		require.ErrorContains(t, err, "it is nested more than 100 deep")
	}
	_, err := bytepattern.Parse(strings.Repeat("00", 40_000))
	require.ErrorContains(t, err, "more than 65536 characters")
}

// TestLinear: the work of a search is bounded by the pattern times the bytes, and no more
// than a KiB is looked at without charge.
func TestLinear(t *testing.T) {
	for _, pattern := range []string{"('a'*)*'b'", "('a'|'a' 'a')+ 'b'", "'a'? 'a'? 'a'? 'a'? 'a' 'a' 'a' 'b'", ".* .* .* .* 'b'", "^'b'{50} 'b'"} {
		p, err := bytepattern.Parse(pattern)
		require.NoError(t, err)
		data := bytes.Repeat([]byte("a"), 100_000)
		steps := int64(0)
		found, err := p.In(data, func(n int64) error { steps += n; return nil })
		require.NoError(t, err)
		require.False(t, found)
		require.Less(t, steps, int64(len(data))*30, pattern)
		require.Greater(t, steps, int64(len(data))/8, pattern)

		enough := errors.New("enough")
		_, err = p.In(data, func(int64) error { return enough })
		require.ErrorIs(t, err, enough)
	}
}

// FuzzPattern compares with package regexp, on bytes that are ASCII.
func FuzzPattern(f *testing.F) {
	f.Add("'ab'+ | 'c' . 'd'?", []byte("xabab"))
	f.Add("(61 [62 63]{2,3})* 64", []byte("abcabbd"))
	f.Fuzz(func(t *testing.T, pattern string, data []byte) {
		p, err := bytepattern.Parse(pattern)
		if err != nil {
			return
		}
		translated, ok := translate(pattern)
		for _, b := range data {
			ok = ok && b < 0x80
		}
		found, err := p.In(data, free)
		require.NoError(t, err)
		if !ok {
			return
		}
		if r, err := regexp.Compile("(?s)" + translated); err == nil {
			require.Equal(t, r.Match(data), found, "%s in %q", pattern, data)
		}
	})
}

var tokens = regexp.MustCompile(`^(?:\s+|[0-7][0-9a-fA-F]|'[a-z]+'|[()|*+?.]|\{\d,\d\})`)

// translate writes a pattern that has nothing but some tokens for package regexp.
func translate(pattern string) (string, bool) {
	var b strings.Builder
	for pattern != "" {
		token := tokens.FindString(pattern)
		switch {
		case token == "":
			return "", false
		case token[0] == '\'':
			b.WriteString("(?:" + token[1:len(token)-1] + ")")
		case len(token) == 2 && token[0] >= '0' && token[0] <= '7':
			b.WriteString(`\x` + token)
		case token[0] == '(':
			b.WriteString("(?:")
		case strings.Contains("*+?{", token[:1]):
			b.WriteString(token)
		default:
			b.WriteString(strings.TrimSpace(token))
		}
		pattern = pattern[len(token):]
	}
	return b.String(), true
}
