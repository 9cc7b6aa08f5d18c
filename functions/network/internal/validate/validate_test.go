package validate

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// check runs valid on lines of good and bad examples.
func check(t *testing.T, valid func(string) bool, good, bad []string) {
	t.Helper()
	for _, s := range good {
		require.True(t, valid(s), "%q", s)
	}
	for _, s := range bad {
		require.False(t, valid(s), "%q", s)
	}
}

func TestIP(t *testing.T) {
	v4 := []string{"0.0.0.0", "1.2.3.4", "255.255.255.255"}
	v6 := []string{"::", "::1", "2001:DB8::ABCD", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "::ffff:1.2.3.4"}
	neither := []string{
		"", "1.2.3", "01.2.3.4", "1.2.3.256", "1.2.3.4 ", "1.2.3.4/32", "[1.2.3.4]", "２.2.3.4",
		"1:::2", "1::2::3", "1:2:3:4:5:6:7::8", "::12345", "::g", "::+1", "fe80::1%eth0", "::1%", "::1/128", "[::1]", "::1.2.3.04",
	}
	check(t, IPv4, v4, append(neither, v6...))
	check(t, IPv6, v6, append(neither, v4...))
	check(t, IP, append(v4, v6...), neither)
}

func TestDomain(t *testing.T) {
	check(t, Domain, []string{
		"example.com", "EXAMPLE.Com", "example.com.", "com.au", "foo.ck", "1.0.168.192.in-addr.arpa", "a--b.com",
		"bücher.de", "пример.рф", "foo。com", "straße.de", "a\u200bb.com", "a\u00adb.com", "xn--zzzzzzzz99.com",
		strings.Repeat("x", 63) + ".com",
	}, []string{
		"", ".", "com", "com.", "localhost", "foo.local", "foo.onion", "example..com", ".example.com", "example.com..",
		"-a.com", "a-.com", "my_host.com", "a b.com", " example.com", "example.com ", "1.2.3.4", "foo.c0m", "foo.1",
		"http://example.com", "example.com:80", "😀.com", "a\u05d0b.com", "a\x00b.com",
		strings.Repeat("x", 64) + ".com", strings.Repeat("abcdefghi.", 25) + "info",
		strings.Repeat("\u00ad", 1100) + "bücher.de",
	})
}

func TestEmail(t *testing.T) {
	check(t, Email, []string{
		"joe@example.com", "joe.blow+tag@example.co.uk", "o'neil@example.com", `"joe blow"@example.com`, `"joe@home"@example.com`,
		`"a\"b"@example.com`, `a."b c".d@example.com`, `a\ b@example.com`, `a\@b@example.com`, "jöe@example.com", "joe@bücher.de",
		"joe@[192.168.1.1]", "joe@[2001:db8::1]", " joe@example.com\t\n", strings.Repeat("x", 64) + "@example.com",
	}, []string{
		"", "@", "joe", "joe@", "@example.com", "joe@localhost", "joe@example.com.", "joe@example..com", "joe @example.com",
		".joe@example.com", "joe.@example.com", "a..b@example.com", "a,b@example.com", "(a)@example.com", "<joe@example.com>",
		`"joe@example.com`, `jo"e"@example.com`, `"a"b"@example.com`, "a\x07@example.com", "\"a\nb\"@example.com",
		"joe@[example.com]", "joe@[]", "joe@[1.2.3.4", "joe@[IPv6:::1]", strings.Repeat("x", 65) + "@example.com",
	})
}

func TestURL(t *testing.T) {
	check(t, URL, []string{
		"http://example.com", "HTTPS://EXAMPLE.com/", "ftp://user:pw@ftp.example.com:2121/x", "http://user@example.com", "http://user:@example.com/",
		"http://example.com:/", "http://example.com:0/", "http://example.com:65535", "http://example.com./", "http://1.2.3.4/", "http://[::1]:8080/",
		"http://bücher.de/", "http://example.com?a?b", "http://example.com/?ü", "http://example.com/x#a b", "http://example.com/...",
		"http://example.com/a/../b/", "http://example.com/a%20b;c=(d)'~$!*,@:&+", "http://example.com /",
	}, []string{
		"", "example.com", "//example.com/", "http:", "http://", "http:///x", "http:example.com", "http:/example.com", "mailto:joe@example.com",
		"file:///etc", "ws://example.com/", "hxxp://example.com", " http://example.com", "http://localhost/", "http://example.notatld/",
		"http://foo_bar.com/", "http://1.2.3.4.5/", "http://[1.2.3.4]/", "http://[::ffff:1.2.3.4]/", "http://[::1", "http://[::1]x/", "http://[]/",
		"http://example.com:65536/", "http://example.com:80x/", "http://example.com:+80/", "http://example.com: 80/",
		"http://@example.com/", "http://:pw@example.com/", "http://a@b:c@example.com/", "http://a@[::1",
		"http://example.com/a b", "http://example.com/ü", "http://example.com/a//b", "http://example.com/..", "http://example.com/a/../../b",
		"http://example.com/{x}", "http://example.com/%zz", "http://example.com/100%", "http://example.com/%4", "http://example.com/?a b",
		"http://example.com/#a\nb", "http://😀.com/",
	})
}
