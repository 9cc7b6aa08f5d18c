package regex

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var usual = Limits{Work: 10_000_000, Length: 16 << 20}

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
		{`(a)\2`, 4, "reference to group 2 of 1"},
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
	{`(?=.*\d)[a-z0-9]+(?!x)`, []string{"abc1"}, []string{"abc"}},
	{`.*(?<=a{1,3})b`, []string{"xaab"}, []string{"xb"}},
	{`.*(?<!a)b`, []string{"xb"}, []string{"ab"}},
	{`.*(?<=\s+)b`, []string{"x  b"}, []string{"xb"}},
}

func TestMatchWhole(t *testing.T) {
	ctx := context.Background()
	for _, c := range matchCases {
		p := compile(t, c.pattern)
		check := func(text string, want bool) {
			got, err := p.MatchWhole(ctx, usual, text)
			require.NoError(t, err)
			require.Equal(t, want, got, "%q on %q", c.pattern, text)

			groups, err := p.Groups(ctx, usual, text)
			require.NoError(t, err)
			require.Equal(t, want, groups != nil, "groups of %q on %q", c.pattern, text)

			program, err := p.wholeMatcher.backtracking()
			require.NoError(t, err)
			found := false
			require.NoError(t, program.search(ctx, usual, text, func(*Match) bool {
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
		m, err := compile(t, c.pattern).Groups(context.Background(), usual, c.text)
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

func TestLimits(t *testing.T) {
	ctx := context.Background()
	slow := compile(t, `(?=.)(x+x+)+y`)
	text := strings.Repeat("x", 60)
	small := Limits{Work: 1_000_000, Length: 100} // a tenth of a second

	started := time.Now()
	_, err := slow.MatchWhole(ctx, small, text)
	require.ErrorIs(t, err, ErrLimit)
	_, err = slow.Groups(ctx, small, text)
	require.ErrorIs(t, err, ErrLimit)
	_, err = slow.Replace(ctx, small, text, "z")
	require.ErrorIs(t, err, ErrLimit)
	require.Less(t, time.Since(started), 5*time.Second)

	_, err = compile(t, `.*`).MatchWhole(ctx, Limits{Work: 59}, text)
	require.ErrorIs(t, err, ErrLimit)
	_, err = compile(t, `(?=.)x*`).MatchWhole(ctx, Limits{Work: 59}, text)
	require.ErrorIs(t, err, ErrLimit)
	_, err = compile(t, `x`).Replace(ctx, small, text, "zzz")
	require.ErrorIs(t, err, ErrLimit)
	_, err = compile(t, strings.Repeat(`(?=\p{L})`, 5000)).MatchWhole(ctx, usual, text)
	require.ErrorIs(t, err, ErrLimit)

	// Each search is linear here, but all together are not.
	_, err = compile(t, `x.*y|x`).Replace(ctx, Limits{Work: 1_000_000, Length: 1 << 20}, strings.Repeat("x", 200_000), "z")
	require.ErrorIs(t, err, ErrLimit)

	ended, cancel := context.WithCancel(ctx)
	cancel()
	_, err = slow.MatchWhole(ended, usual, text)
	require.ErrorIs(t, err, context.Canceled)
	_, err = compile(t, `x`).Replace(ended, usual, text, "z")
	require.ErrorIs(t, err, context.Canceled)
}
