package regex

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// maxResult is how long results may get here.
const maxResult = 16 << 20

// purse is a budget that has so many steps and bytes, and counts what is spent.
type purse struct {
	steps, bytes int64
	spent        int64
	longest      int64 // charge
}

var errSpent = errors.New("all is spent")

func (p *purse) Spend(steps int64) error {
	p.longest = max(p.longest, steps)
	if p.spent += steps; p.spent > p.steps {
		return errSpent
	}
	return nil
}

func (p *purse) Allocate(bytes int64) error {
	if p.bytes -= bytes; p.bytes < 0 {
		return errSpent
	}
	return nil
}

func usual() *purse { return &purse{steps: 10_000_000, bytes: 256 << 20} }

func compile(t *testing.T, pattern string) *Pattern {
	t.Helper()
	p, err := Compile(pattern)
	require.NoError(t, err, "pattern %q", pattern)
	return p
}

func TestCompileRejects(t *testing.T) {
	for _, c := range []struct {
		pattern string
		offset  int
		msg     string
	}{
		{`(a`, 0, "missing )"},
		{`a)`, 1, "unmatched )"},
		{`*a`, 0, "nothing to repeat"},
		{`a**`, 2, "nothing to repeat"},
		{`a{2}*`, 4, "nothing to repeat"},
		{`(?i)*`, 4, "nothing to repeat"},
		{`a{`, 1, "{ without a count"},
		{`{`, 0, "{ without a count"},
		{`a{,2}`, 1, "{ without a count"},
		{`a{2`, 2, "missing }"},
		{`a{3,2}`, 4, "wrong order"},
		{`a{99999999999}`, 11, "count above"},
		{`[ab`, 0, "missing ]"},
		{`[]`, 0, "missing ]"},
		{`[b-a]`, 3, "bad range"},
		{`[a-\d]`, 4, "bad range"},
		{`[&&]`, 2, "nothing to intersect"},
		{`[\b]`, 2, `unknown escape \b`},
		{`\y`, 1, `unknown escape \y`},
		{`\Qa\E\E`, 6, `unknown escape \E`},
		{`a\`, 1, `\ at the end`},
		{`\c`, 1, `\c without`},
		{`\08`, 2, "octal"},
		{`\x4`, 2, `\x without`},
		{`\x{110000}`, 8, "above 10FFFF"},
		{`\x{}`, 2, `\x{ without`},
		{`\u12`, 3, `\u without`},
		{`\p{Nope}`, 7, `\p{Nope}`},
		{`\p{lower}`, 8, `\p{lower}`},
		{`\p{script=Nope}`, 14, `\p{script=Nope}`},
		{`\p{L`, 3, "missing }"},
		{`\p`, 1, "unknown property"},
		{`(?P<n>a)`, 2, "unknown kind of group"},
		{`(?#note)`, 2, "unknown kind of group"},
		{`(?|a)`, 2, "unknown kind of group"},
		{`(?(1)a)`, 2, "unknown kind of group"},
		{`(?i`, 2, "unknown kind of group"},
		{`(?<a_b>c)`, 4, "bad group name"},
		{`(?<1>c)`, 3, "bad group name"},
		{`(?<a>b)(?<a>c)`, 11, "second group named a"},
		{`\k<n>`, 4, "no group named n"},
		{`\kn`, 2, `\k without`},
		{`(?<=(ab)+)c`, 9, "look-behind"},
		{`(a)(?<=\1)`, 9, "look-behind"},
		{`(?x)a[ ]b`, 5, "missing ]"},
		{strings.Repeat("(", 1000), 200, "nested deeper than 200"},
		{strings.Repeat("[", 1000), 200, "nested deeper than 200"},
		{strings.Repeat("a", maxPatternLength+1), maxPatternLength, "more than 65536 bytes"},
	} {
		_, err := Compile(c.pattern)
		var syntax *SyntaxError
		require.ErrorAs(t, err, &syntax, "pattern %.20q", c.pattern)
		require.Contains(t, err.Error(), c.msg, "pattern %.20q", c.pattern)
		require.Equal(t, c.offset, syntax.Offset, "pattern %.20q: %v", c.pattern, err)
	}
}

// matchCases are matched by both engines where the linear one is exact.
var matchCases = []struct {
	pattern   string
	matches   []string
	differing []string
}{
	{`abc`, []string{"abc"}, []string{"ab", "abcd", "xabc", ""}},
	{`a|ab`, []string{"a", "ab"}, []string{"b"}},
	{`.`, []string{"a", "é", "😀", "\f"}, []string{"", "\n", "\r", "\u0085", "\u2028", "\u2029", "ab"}},
	{`.*b.*`, []string{"b", "abc", "«b»"}, []string{"ac", "b\n", "\rb", "b\u2028", "\u0085b", ""}},
	{`.*b`, []string{"b", "ab"}, []string{"abc", "\nb"}},
	{`b.*`, []string{"b", "bc"}, []string{"abc", "b\n"}},
	{`.*\bb$.*`, []string{"a b"}, []string{"ab", "b a"}},
	{`(?s).*b.*`, []string{"\nb\n"}, []string{"\n"}},
	{`.*|b`, []string{"a"}, []string{"\n"}},
	{`(?d).`, []string{"\r", "\u2028"}, []string{"\n"}},
	{`(?s).`, []string{"\r", "\n"}, nil},
	{`^abc$`, []string{"abc"}, []string{"abc\n"}},
	{`a$\n`, []string{"a\n"}, []string{"a"}},
	{`a$\r\n`, []string{"a\r\n"}, nil},
	{`a\r$\n`, nil, []string{"a\r\n"}},
	{`(?d)a$\r`, nil, []string{"a\r"}},
	{`a\Z\u2028`, []string{"a\u2028"}, nil},
	{`a$b|a\Zb|a^b`, nil, []string{"ab"}},
	{`(?m)a$\n^b`, []string{"a\nb"}, nil},
	{`(?m)a$\r\n^b`, []string{"a\r\nb"}, nil},
	{`(?m)a\r^\nb`, nil, []string{"a\r\nb"}},
	{`(?md)a$\r^b`, nil, []string{"a\rb"}},
	{`(?m)a\n^`, nil, []string{"a\n"}},
	{`\Aa\z|\Gb`, []string{"a", "b"}, nil},
	{`.*\bfoo\b.*`, []string{"a foo", "foo-bar"}, []string{"foo_bar", "foo1", "éfoo"}},
	{`x \bé\b y`, []string{"x é y"}, nil},
	{`a\b́`, nil, []string{"á"}},
	{`-\b́`, nil, []string{"-́"}},
	{`a\Bb|\B`, []string{"ab", ""}, []string{"a"}},
	{`(?U)\b中\b`, []string{"中"}, nil},
	{`\d\w\s\h\v`, []string{"1_\v\t\u2028"}, []string{"٣_ \t\n", "1é \t\n"}},
	{`(?U)\d\w\s`, []string{"٣é\u00a0"}, nil},
	{`\D\W\S\H\V`, []string{"a-aaa"}, []string{"1-aaa"}},
	{`\R`, []string{"\n", "\r\n", "\r", "\v", "\u2028"}, []string{"\n\n", "a"}},
	{`\X`, []string{"e\u0301", "a"}, []string{"ab"}},
	{`[a-c&&b-d]`, []string{"b", "c"}, []string{"a", "d"}},
	{`[a-z&&[^aeiou]]`, []string{"x"}, []string{"a"}},
	{`[a-c[x-z]]`, []string{"a", "z"}, []string{"m", "["}},
	{`[^a-c[x-z]]`, []string{"m"}, []string{"a", "z"}},
	{`[a&&&b]`, []string{"a", "&", "b"}, nil},
	{`[]a]`, []string{"]", "a"}, nil},
	{`[^^]`, []string{"a"}, []string{"^"}},
	{`[a-]`, []string{"a", "-"}, []string{"b"}},
	{`[\w-]`, []string{"a", "-"}, []string{"+"}},
	{`[\-\v]`, []string{"\n", "-"}, nil},
	{`[\v-]`, []string{"\v", "-"}, []string{"\n"}},
	{`[\Qa-b\E]`, []string{"a", "-", "b"}, []string{"[", "Q"}},
	{`[\x{1F600}-\uD83D\uDE0E]`, []string{"😎"}, []string{"a"}},
	{`[[:alpha:]]`, []string{":", "p"}, []string{"b"}},
	{`\uD83D`, nil, []string{"\uFFFD", "😀"}},
	{`[^\uD800]`, []string{"a", "\uFFFF", "\uE000"}, nil},
	{`\0101\x42\u0043\cD\t\e`, []string{"ABC\x04\t\x1b"}, nil},
	{`\0400`, []string{" 0"}, nil},
	{`\Qa.b\E.\Q*`, []string{"a.bx*"}, []string{"axbx*"}},
	{`\p{L}\p{Lu}\pN\P{L}`, []string{"éÉ½1"}, []string{"1É½1"}},
	{`\p{Alpha}`, []string{"a"}, []string{"é"}},
	{`(?U)\p{Alpha}`, []string{"é"}, nil},
	{`(?i)\p{Lower}\p{Lu}`, []string{"Aé"}, []string{"éa"}},
	{`\p{Punct}`, []string{"!", "~", "_"}, []string{"a", "€"}},
	{`\p{IsLatin}\p{IsCyrillic}\p{script=Greek}`, []string{"éЖα"}, nil},
	{`\p{InGreek}\p{blk=Basic Latin}\p{InLatin-1Supplement}`, []string{"αaé"}, nil},
	{`\p{javaLowerCase}\p{javaWhitespace}`, []string{"é "}, []string{"é\u00a0"}},
	{`\p{L1}\p{LC}\p{gc=Ll}\p{IsAlphabetic}`, []string{"éaa中"}, nil},
	{`(?i)aÉk`, []string{"AÉK"}, []string{"aék", "aÉ\u212a"}},
	{`(?iu)éks`, []string{"ÉKS", "é\u212aſ"}, nil},
	{`(?iu)İı`, []string{"iI"}, nil},
	{`(?i)[^a]`, []string{"b"}, []string{"A"}},
	{`(?iu)[j-l]`, []string{"\u212a", "K"}, []string{"A"}},
	{`a(?i)b(?-i)c|d`, []string{"aBc", "d"}, []string{"Abc", "abC", "D"}},
	{`((?i)a)b`, []string{"Ab"}, []string{"AB"}},
	{`(?x) a\ b # note`, []string{"a b"}, nil},
	{"(?x)a #b\n +", []string{"aa"}, nil},
	{`a{2}{3}`, []string{"aa"}, []string{"aaaaaa"}},
	{`{2}a`, []string{"a"}, nil},
	{`^*a$+`, []string{"a"}, nil},
	{`a{2,3}`, []string{"aa", "aaa"}, []string{"a", "aaaa"}},
	{`a{0}`, []string{""}, []string{"a"}},
	{`(ab){1001}`, []string{strings.Repeat("ab", 1001)}, []string{"ab"}},
	{`a*+a`, nil, []string{"aa"}},
	{`a*+b`, []string{"b", "aab"}, nil},
	{`(?>a|ab)c`, []string{"ac"}, []string{"abc"}},
	{`(a)\1(?<n>b)\k<n>\2`, []string{"aabbb"}, []string{"aabb"}},
	{`(a)\11`, []string{"aa1"}, nil},
	{`(?i)(a)\1`, []string{"aA"}, nil},
	{`(a)|b\1`, []string{"a"}, []string{"b"}},
	{`(a)\2|b`, []string{"b"}, []string{"a", "aa"}},
	{`\1(a)|b`, []string{"b"}, []string{"a", "aa"}},
	{`(?i)(k)\1`, []string{"kK"}, []string{"k\u212a"}},
	{`(?iu)(k)\1`, []string{"kK", "k\u212a"}, []string{"ka"}},
	{`(?=.*\d)[a-z0-9]+(?!x)`, []string{"abc1"}, []string{"abc"}},
	{`.*(?<=a{1,3})b`, []string{"xaab"}, []string{"xb"}},
	{`.*(?<!a)b`, []string{"xb"}, []string{"ab"}},
	{`.*(?<=\s+)b`, []string{"x  b"}, []string{"xb"}},
}

func TestMatchWhole(t *testing.T) {
	for _, c := range matchCases {
		p := compile(t, c.pattern)
		check := func(text string, want bool) {
			got, err := p.MatchWhole(usual(), text)
			require.NoError(t, err)
			require.Equal(t, want, got, "%q on %q", c.pattern, text)

			groups, err := p.Groups(usual(), text)
			require.NoError(t, err)
			require.Equal(t, want, groups != nil, "groups of %q on %q", c.pattern, text)

			program, err := p.wholeMatcher.backtracking()
			require.NoError(t, err)
			found := false
			require.NoError(t, program.search(usual(), text, func(*Match) bool {
				found = true
				return false
			}))
			require.Equal(t, want, found, "backtracking %q on %q", c.pattern, text)
		}
		for _, text := range c.matches {
			check(text, true)
		}
		for _, text := range c.differing {
			check(text, false)
		}
	}
}

func TestGroups(t *testing.T) {
	const none = "\x00"
	for _, c := range []struct {
		pattern, text string
		want          []string
	}{
		{`(foo)|(bar)`, "bar", []string{none, "bar"}},
		{`((a)b)(?:c)(?<n>d)`, "abcd", []string{"ab", "a", "d"}},
		{`(a|ab)(c|bcd)(d*)`, "abcd", []string{"a", "bcd", ""}},
		{`(a+?)(a*)`, "aaa", []string{"a", "aa"}},
		{`(?:(a)|b)*`, "ab", []string{"a"}},
		{`(a*)*`, "aaa", []string{""}},
		{`(a|b|)*`, "ab", []string{""}},
		{`(\w+)$`, "é", nil},
		{`(.+)$`, "é", []string{"é"}},
		{`(.)\b(.*)`, "é-", []string{"é", "-"}},
		{`(?=(a+))a*b\1`, "aaabaaa", []string{"aaa"}},
		{`x(?<=(x))`, "x", []string{"x"}},
	} {
		m, err := compile(t, c.pattern).Groups(usual(), c.text)
		require.NoError(t, err)
		if c.want == nil {
			require.Nil(t, m, "%q on %q", c.pattern, c.text)
			continue
		}
		var got []string
		for i := range c.want {
			held, ok := m.Group(i + 1)
			if !ok {
				held = none
			}
			got = append(got, held)
		}
		require.Equal(t, c.want, got, "%q on %q", c.pattern, c.text)
	}
}

// Patterns of a kind that rules use must not need backtracking.
func TestLinear(t *testing.T) {
	for _, c := range []struct {
		pattern string
		linear  bool
	}{
		{`(?i).*\b(cmd|powershell)\.exe\b.*`, true},
		{`^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}\d{1,3}$`, true},
		{`(a+)+b`, true},
		{`\d++\.[^.]*+\.(?:a|\s++b)`, true},
		{`\d*+`, true},
		{`(x++)$`, true},
		{`\d*+1`, false},
		{`a++.`, false},
		{`(?:a*+b?)*`, false},
		{`(?=a)a`, false},
		{`.*+b`, false},
		{`(?>a)`, false},
		{`(?m)a$`, true},
		{`(?m)^a$`, false},
	} {
		require.Equal(t, c.linear, compile(t, c.pattern).wholeMatcher.linear().suits("a"), c.pattern)
	}
}

// TestHopelessMatches: what would take for ever is given up after a while that does
// not depend on the budget, and long before a person notices.
func TestHopelessMatches(t *testing.T) {
	for _, c := range []struct{ pattern, text string }{
		{`^(?=a)(a|aa)+$`, strings.Repeat("a", 45) + "!"},
		{`(?=.)(x+x+)+y`, strings.Repeat("x", 60)},
		{`(a*)*\1b`, strings.Repeat("a", 60)},
		{`(?:(?:(?:a{0,9}){0,9}){0,9}){0,9}(?=b)`, strings.Repeat("a", 60)},
		{`(?>(a|a)*b)?c`, strings.Repeat("a", 60)},
		{`.*(?<=(a|a){1,50}b)c`, strings.Repeat("a", 60) + "c"},
		{`(?:a|b)*(?=c)(?:a?){50}`, strings.Repeat("ab", 60)},
	} {
		p := compile(t, c.pattern)
		for name, match := range map[string]func(*purse) error{
			"match":   func(b *purse) error { _, err := p.MatchWhole(b, c.text); return err },
			"groups":  func(b *purse) error { _, err := p.Groups(b, c.text); return err },
			"replace": func(b *purse) error { _, err := p.Replace(b, maxResult, c.text, "z"); return err },
		} {
			budget := usual()
			err := match(budget)
			if err == nil {
				continue // there is a way
			}
			require.ErrorIs(t, err, ErrLimit, "%s %q", name, c.pattern)
			require.Less(t, budget.spent, int64(400_000), "%s %q", name, c.pattern)
		}
	}
}

// TestBudget: every operation charges as it goes, in pieces, and returns the error of
// its budget.
func TestBudget(t *testing.T) {
	long := strings.Repeat("x", 100_000)
	for _, pattern := range []string{
		`x*`, `(?:x{1,30}){1,30}`, `x*+`, `(?=x)x*`, `(?:(?=x)x)*`, `(x)\1*`, `.*(?<=x+)`, `(?:x|y)*\b`, `x*?y`, `(?=.)x*?y`, `\X*`, `.*xxy.*`,
	} {
		p := compile(t, pattern)
		for name, match := range map[string]func(*purse) error{
			"match":   func(b *purse) error { _, err := p.MatchWhole(b, long); return err },
			"groups":  func(b *purse) error { _, err := p.Groups(b, long); return err },
			"replace": func(b *purse) error { _, err := p.Replace(b, maxResult, long, "z"); return err },
		} {
			budget := &purse{steps: 1000, bytes: 1 << 30}
			require.ErrorIs(t, match(budget), errSpent, "%s %q", name, pattern)
			require.Less(t, budget.longest, int64(stepsAtOnce), "%s %q", name, pattern)
		}
	}
}

func TestLongResults(t *testing.T) {
	_, err := compile(t, `x`).Replace(usual(), 100, strings.Repeat("x", 60), "zzz")
	require.ErrorIs(t, err, ErrLimit)
	_, err = compile(t, `x`).Replace(&purse{steps: 10_000_000, bytes: 10_000}, maxResult, strings.Repeat("x", 60), strings.Repeat("z", 1000))
	require.ErrorIs(t, err, errSpent)
	_, err = compile(t, `(?:a|b)*(?=c)`).MatchWhole(&purse{steps: 10_000_000, bytes: 100_000}, strings.Repeat("ab", 50_000))
	require.ErrorIs(t, err, errSpent)
}

// TestSearchesAltogether: each of many searches is linear, but all together are not.
func TestSearchesAltogether(t *testing.T) {
	_, err := compile(t, `x.*y|x`).Replace(usual(), maxResult, strings.Repeat("x", 200_000), "z")
	require.ErrorIs(t, err, errSpent)

	// Where they are, a long text is no trouble.
	budget := usual()
	got, err := compile(t, `x`).Replace(budget, maxResult, strings.Repeat("x", 200_000), "z")
	require.NoError(t, err)
	require.Equal(t, strings.Repeat("z", 200_000), got)
	require.Less(t, budget.spent, int64(3_000_000))
}
