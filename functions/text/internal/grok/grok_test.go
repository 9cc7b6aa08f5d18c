package grok_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/functions/text/internal/grok"
	"github.com/stellarlang/stellar/stellar/fn"
)

// purse is a budget that has so many steps.
type purse struct {
	fn.Budget
	steps int64
}

type spentError struct{}

func (spentError) Error() string { return "all is spent" }

func (p *purse) Spend(steps int64) error {
	if p.steps -= steps; p.steps < 0 {
		return spentError{}
	}
	return nil
}

func (*purse) Allocate(int64) error { return nil }

func usual() *purse { return &purse{steps: 10_000_000} }

// TestMatch shows what columns hold: name=text, name alone for one that took no part.
func TestMatch(t *testing.T) {
	for _, c := range []struct{ expression, line, want string }{
		{"%{INT:n}", "007", "n=7"},
		{"%{INT:n}", "+5", "n=5"},
		{"%{NOTSPACE:n}", "5-", "n=5-"},
		{"%{NOTSPACE:n}", "2147483648", "n=2147483648"},
		{"%{NOTSPACE:n}", "'", "n='"},
		{"%{GREEDYDATA:n}", "'a'b'", "n=a'b"},
		{"%{GREEDYDATA:n}", `"a'`, `n="a'`},
		{"%{INT:n:int}", "80", "n:int=80"},
		{"%{USER}", "joe", "USER=joe"},
		{"%{HOSTPORT:h}", "web:80", "IPORHOST=web PORT=80 h=web:80"},
		{"%{URIHOST}", "web:80", "IPORHOST=web URIHOST=web:80 port=80"},
		{"%{PATH:p}", "/etc/passwd", "UNIXPATH=/etc/passwd WINPATH p=/etc/passwd"},
		{"%{PATH:p}", `C:\temp\a.txt`, `UNIXPATH WINPATH=C:\temp\a.txt p=C:\temp\a.txt`},
		{"%{URI}", "http://joe:x@h.example/a?b=c", "IPORHOST=h.example URI=http://joe:x@h.example/a?b=c URIHOST=h.example URIPARAM=?b=c " +
			"URIPATH=/a URIPATHPARAM=/a?b=c URIPROTO=http USER=joe port"},
		{"%{SYSLOGPROG}", "sshd[42]:", "SYSLOGPROG=sshd[42] pid=42 program=sshd"},
		{"%{DATE}", "31/12/1999", "DATE=31/12/1999 DATE_EU=31/12/1999 DATE_US MONTHDAY=31 MONTHNUM=12 YEAR=1999"},
		{"%{IP:a}", "at ::1 now", "a=::1"},
		{"%{IP:a}", "fe80::1%eth0 x", "a=fe80::1%eth0 x"},
		{"%{IPV6:a}", "1:2:3:4:5:6:7:8", "a=1:2:3:4:5:6:7:8"},
		{"%{IPV6:a}", "1:2:3:4:5:6:1.2.3.4", "a=1:2:3:4:5:6:1.2.3.4"},
		{"%{IPV6:a}", "12:44:01", ""},
		{"%{MAC}", "00-11-22-33-44-55", "MAC=00-11-22-33-44-55"},
		{"(?<src_ip>%{IP}) (?<src_ip>x)?", "1.2.3.4 x", "IP=1.2.3.4 src_ip=1.2.3.4"},
		{"%{WORD:a} (?<a>\\w+)", "b c", "a=c"},
		{"%{A=[ab]+} %{A:x}", "ab ba", "A=[ab]+=ab x=ba"},
		{"%{PAIR}\n# ours\nPAIR %{WORD:k}=%{WORD:v}\r\n\n", "a=b", "PAIR=a=b k=a v=b"},
		{"%{INT:n}\nINT [ab]", "7 b", "n=b"},
		{"%{NONE:x}|%{INT:n}", "null 5", "n=5 x"},
		{"%{GREEDYDATA}", "\u00a0", "GREEDYDATA=\u00a0"},
		{"%{GREEDYDATA}", "\u2003\x1c\t", ""},
	} {
		e, err := grok.Compile(usual(), c.expression)
		require.NoError(t, err, c.expression)
		cells, ok, err := e.Match(usual(), c.line)
		require.NoError(t, err)
		require.Equal(t, c.want != "", ok, c.expression)
		var got []string
		for i, cell := range cells {
			if cell.Set {
				got = append(got, e.Columns()[i]+"="+cell.Text)
			} else {
				got = append(got, e.Columns()[i])
			}
		}
		require.Equal(t, c.want, strings.Join(got, " "), c.expression)
	}
}

func TestCompileRefuses(t *testing.T) {
	for _, c := range []struct{ expression, want string }{
		{"%{A}\nA x%{A}", "A refers to itself: A → A"},
		{"%{A}\nA %{B}\nB %{INT}%{C:x}\nC %{B}|c", "B refers to itself: B → C → B"},
		{"%{A}\nA %{B}%{B}\nB %{C}%{C:x}\nC %{D}%{D:x}\nD %{IPV6}%{IPV6:x}\n", ""},
		{"%{INT:src.port}", "%{INT:src.port} is no reference"},
		{"%{INT:}", "no reference"},
		{"%{INT", "%{INT is no reference"},
		{"(%{WORD:a}", "missing )"},
		{"(?<0>x)", "begins with a digit"},
		{"x\nINT", "line 2 is no definition"},
		{"x\nA-B c", "line 2 is no definition"},
		{" \t", "blank"},
		{"\nx", "blank"},
		{strings.Repeat("%{IPV6}", 3) + strings.Repeat("x", 1<<16), "more than 65536 bytes"},
		{strings.Repeat("%{IPV6}", 100), "more than 65536 bytes once"},
		{"%{P0}" + chain(1100), "more than 1000 references"},
	} {
		_, err := grok.Compile(usual(), c.expression)
		if c.want == "" {
			require.NoError(t, err, c.expression)
		} else {
			require.ErrorContains(t, err, c.want, c.expression[:min(50, len(c.expression))])
		}
	}
}

// TestWorkIsCharged: nothing is compiled or matched for nothing.
func TestWorkIsCharged(t *testing.T) {
	_, err := grok.Compile(&purse{steps: 1000}, "%{IP}")
	require.ErrorIs(t, err, spentError{})
	e, err := grok.Compile(usual(), "%{IP}")
	require.NoError(t, err)
	for _, line := range []string{strings.Repeat(" ", 1<<20), strings.Repeat("1.", 1<<19)} {
		_, _, err = e.Match(&purse{steps: 1000}, line)
		require.ErrorIs(t, err, spentError{})
	}
}

func TestPredict(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"plain words", "plain words"},
		{" a", `\x{20}a`},
		{"a (b) %{c} 1+1", `a \(b\) %\{c\} 1\+1`},
		{"two\nlines", `two\x{a}lines`},
		{"1.2.3 4.5 -6 a7 8b", "1\\.2\\.3 %{NUMBER} %{NUMBER:NUMBER2} a7 8b"},
		{"at 2016-01-28T15:29:48.000Z from fe80::1", "at %{TIMESTAMP_ISO8601} from %{IP}"},
		{"Nov 23 12:44:01 web01 sshd[42]: 'x'", `%{SYSLOGTIMESTAMP} web01 sshd\[%{NUMBER}\]: %{QUOTEDSTRING}`},
		{`1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 2326`, `%{IP} - - \[%{HTTPDATE}\] %{QUOTEDSTRING} %{NUMBER} %{NUMBER:NUMBER2}`},
		{strings.Repeat("5 ", 30), "%{NUMBER}" + numbered(2, 20) + "%{GREEDYDATA}"},
		{strings.Repeat("ü", 2000), strings.Repeat("ü", 1024) + "%{GREEDYDATA}"},
		{strings.Repeat("x ", 1023) + "1234 567", strings.Repeat("x ", 1023) + "%{GREEDYDATA}"},
	} {
		got, err := grok.Predict(usual(), c.text)
		require.NoError(t, err)
		require.Equal(t, c.want, got)
	}
}

// FuzzPredict: an expression that was predicted matches its text.
func FuzzPredict(f *testing.F) {
	for _, text := range []string{
		"10.0.0.7:443 [12:44:01] /a/b 'c' \"\\\"", "Nov  3 12:44:01 x", "::1%1 2", "http://a.b:80/c?d e", "-5.5.-5..5", "\x80 5\xff", "\u20285 6", "//5 \\/", "00:11:22:33:44:55",
		"' ' 1-1-11 11:11:1 ``", "1:1:1 12/12/12", "0+.0 000",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 500 {
			t.Skip("matching may cost more than the budget")
		}
		expression, err := grok.Predict(usual(), text)
		require.NoError(t, err)
		e, err := grok.Compile(usual(), expression)
		if expression == "" {
			require.ErrorIs(t, err, grok.ErrBlank)
			return
		}
		require.NoError(t, err, expression)
		_, ok, err := e.Match(usual(), text)
		require.NoError(t, err)
		require.True(t, ok, "%q does not match %q", expression, text)
	})
}

// TestNames: the library has the names that Metron's has, and each can be used.
func TestNames(t *testing.T) {
	require.Len(t, grok.Names(), 66)
	for _, name := range grok.Names() {
		e, err := grok.Compile(usual(), "%{"+name+"}")
		require.NoError(t, err, name)
		require.Contains(t, e.Columns(), name)
		require.Empty(t, e.Unknown(), name)
	}
}

func numbered(from, to int) string {
	var b strings.Builder
	for n := from; n <= to; n++ {
		fmt.Fprintf(&b, " %%{NUMBER:NUMBER%d}", n)
	}
	return b.String()
}

// chain defines so many patterns, each by the next.
func chain(length int) string {
	var b strings.Builder
	for n := range length {
		fmt.Fprintf(&b, "\nP%d %%{P%d}", n, n+1)
	}
	return b.String()
}
