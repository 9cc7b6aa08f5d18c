package urlparts

import (
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
)

// seen are the parts of a URL that functions for Metron's rules see.
type seen struct {
	scheme, host string
	port         int32
	path         string
}

// The expectations were taken from java.net.URL of Java 17, but for those of
// TestParseBeyond.
func TestParse(t *testing.T) {
	tests := []struct {
		text string
		want seen
	}{
		{"http://www.example.com/index.html", seen{"http", "www.example.com", 80, "/index.html"}},
		{"HTTPS://User:pw@Example.COM:8443/A?b#c", seen{"https", "Example.COM", 8443, "/A"}},
		{" \turl:ftp://a \n", seen{"ftp", "a", 21, ""}},
		{"http://a?b/c:d", seen{"http", "a", 80, ""}},
		{"http://a#b?c", seen{"http", "a", 80, ""}},
		{"http:a/b", seen{"http", "", 80, "a/b"}},
		{"http:", seen{"http", "", 80, ""}},
		{"http:///a", seen{"http", "", 80, "/a"}},
		{"http:////a/b", seen{"http", "", 80, "////a/b"}},
		{"http://a b/c d", seen{"http", "a b", 80, "/c d"}},
		{"http://a:/b", seen{"http", "a", 80, "/b"}},
		{"http://a:-1/b", seen{"http", "a", 80, "/b"}},
		{"http://a:+81/b", seen{"http", "a", 81, "/b"}},
		{"http://a:99999/b", seen{"http", "a", 99999, "/b"}},
		{"http://[2001:db8::1]:81/", seen{"http", "[2001:db8::1]", 81, "/"}},
		{"http://[fe80::1%eth0]:", seen{"http", "[fe80::1%eth0]", 80, ""}},
		{"file:C:/a", seen{"file", "", -1, "C:/a"}},
		{"file://server/a", seen{"file", "server", -1, "/a"}},
		{"mailto:joe@example.com?subject=a?b", seen{"mailto", "", -1, "joe@example.com?subject=a"}},
		{"jar:http://a/b.jar!/c", seen{"jar", "", -1, "http://a/b.jar!/c"}},
	}
	for _, tt := range tests {
		got, ok := Parse(tt.text)
		require.True(t, ok, tt.text)
		require.Equal(t, tt.want, seen{got.Scheme, got.Host, got.Port, got.Path}, tt.text)
	}
}

func TestParseBeyond(t *testing.T) {
	tests := []struct {
		text string
		want seen
	}{
		{"http://user@paypal.example@evil.example/", seen{"http", "evil.example", 80, "/"}},
		{"http://a@b:c@d:81/e@f", seen{"http", "d", 81, "/e@f"}},
		{"http://u@[::1]:81", seen{"http", "[::1]", 81, ""}},
		{`http://evil.example\@good.example/`, seen{"http", "evil.example", 80, `\@good.example/`}},
		{`https:\\a\b/c\d`, seen{"https", "a", 443, `\b/c\d`}},
		{`ftp:/\a`, seen{"ftp", "a", 21, ""}},
		{`ldap://a\b/c`, seen{"ldap", `a\b`, -1, "/c"}},
		{`file:\\a\b`, seen{"file", "", -1, `\\a\b`}},
		{"ws://a/", seen{"ws", "a", 80, "/"}},
		{"WSS://a:8443", seen{"wss", "a", 8443, ""}},
		{"tcp://h:1", seen{"tcp", "h", 1, ""}},
		{"git+ssh://git@h/r.git#x", seen{"git+ssh", "h", -1, "/r.git"}},
		{"coap+tcp-1.0:///p?q", seen{"coap+tcp-1.0", "", -1, "/p"}},
		{"jar:ws://a/b.jar!/c", seen{"jar", "", -1, "ws://a/b.jar!/c"}},
	}
	for _, tt := range tests {
		got, ok := Parse(tt.text)
		require.True(t, ok, tt.text)
		require.Equal(t, tt.want, seen{got.Scheme, got.Host, got.Port, got.Path}, tt.text)
	}
}

func TestOtherParts(t *testing.T) {
	for _, c := range []struct{ text, user, query, fragment string }{
		{"http://a/b", "", "", ""},
		{"http://u:p@v@a/b?c=d?e#f#g?h", "u:p@v", "c=d?e", "f#g?h"},
		{"http://a#b?c", "", "", "b?c"},
		{"http:a?b", "", "b", ""},
		{"mailto:a@b?c?d#e", "", "d", "e"},
		{"jar:file:/a?b.jar!/c?d#e", "", "d", "e"},
	} {
		got, ok := Parse(c.text)
		require.True(t, ok, c.text)
		require.Equal(t, []string{c.user, c.query, c.fragment}, []string{got.User, got.Query, got.Fragment}, c.text)
	}
}

func TestParseRefuses(t *testing.T) {
	for _, s := range []string{
		"", "www.example.com", "/a", "//a/b", "ws:a", "host:80", "host:80/a", `C:\a`, "1a://a/", "a_b://a/", "ht tp://a/", `"http://a/`, `foo:\\a`,
		"http://u@a:x/", "http://u@v@a\n/", "://a", ":http://a", "url:url:http://a", "url: http://a",
		"http://a:8o80/", "http://a:80 /", "http://a:-2/", "http://a:2147483648/", "http://a:1:2/", "http://u:p/w@a/",
		"http://[::1", "http://[]/", "http://[1.2.3.4]/", "http://[::1]x/", "http://[::1%]/", "http://::1/",
		"http://a\x00b/", "http://a\nb/", "http://a／b/", "http://a℀b/",
		"mailto:", "mailto: ", "jar:file:/a.jar", "jar:foo:/a.jar!/b", "jar:jar:file:/a!/b!/c",
		"jar:url:jar:file:/a!/b!/c", "jar: jar:file:/a!/b!/c",
	} {
		_, ok := Parse(s)
		require.False(t, ok, s)
	}
}

func TestNormalizesToDelimiter(t *testing.T) {
	for r := range rune(unicode.MaxRune + 1) {
		want := r >= 0x80 && strings.ContainsAny(norm.NFKC.String(string(r)), "/?#@:")
		require.Equal(t, want, normalizesToDelimiter(r), "%U", r)
	}
}
