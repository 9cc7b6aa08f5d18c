package domainname

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParse(t *testing.T) {
	tests := []struct{ text, suffix, without, registrable string }{
		{"www.mail.Example.CO.UK", "co.uk", "www.mail.example", "example.co.uk"},
		{"example.com.", "com", "example", "example.com"},
		{"com", "com", "", "com"},
		{"CO.UK", "co.uk", "", "co.uk"},
		{"a.foo.github.io", "github.io", "a.foo", "foo.github.io"},
		{"a.b.NotATLD", "notatld", "a.b", "b.notatld"},
		{"localhost.", "localhost", "", "localhost"},
		{"a.Foo.ck", "foo.ck", "a", "a.foo.ck"}, // a wildcard rule
		{"a.www.ck", "ck", "a.www", "www.ck"},   // an exception to it
		{"ck", "ck", "", "ck"},                  // no rule for itself
		{"x.city.kawasaki.jp", "kawasaki.jp", "x.city", "city.kawasaki.jp"},
		{"www。example。com", "com", "www。example", "example.com"},
		{"www.食狮.公司.cn", "公司.cn", "www.食狮", "食狮.公司.cn"},
		{"a.xn--85x722f.xn--55qx5d.cn", "xn--55qx5d.cn", "a.xn--85x722f", "xn--85x722f.xn--55qx5d.cn"},
		{"ПРИМЕР.РФ", "рф", "пример", "пример.рф"},
		{"A.ÅL.NO", "ål.no", "a", "a.ål.no"},
		{"my_host.3com.com", "com", "my_host.3com", "3com.com"},
	}
	for _, tt := range tests {
		name, ok := Parse(tt.text)
		require.True(t, ok, tt.text)
		require.Equal(t, tt.suffix, name.Suffix(), tt.text)
		require.Equal(t, tt.without, name.WithoutSuffix(), tt.text)
		require.Equal(t, tt.registrable, name.Registrable(), tt.text)
	}
}

func TestParseLimits(t *testing.T) {
	for text, want := range map[string]bool{
		strings.Repeat("x", 63) + ".com":          true,
		strings.Repeat("x", 64) + ".com":          false,
		strings.Repeat("ü", 63) + ".com":          true,
		strings.Repeat("😀", 32) + ".com":          false, // 64 UTF-16 code units
		strings.Repeat("a.", 125) + "com":         true,  // 253 characters, 126 labels
		strings.Repeat("a.", 126) + "c":           true,  // 127 labels
		strings.Repeat("a.", 127) + "c":           false,
		strings.Repeat("abcdefghi.", 25) + "com":  true,
		strings.Repeat("abcdefghi.", 25) + "info": false,
	} {
		_, ok := Parse(text)
		require.Equal(t, want, ok, text)
	}
	for _, text := range []string{
		"", ".", "..", ".com", "a..b", "example.com..", "-a.com", "a-.com", "_a.com", "a.com_", "a b.com", "a*b.com",
		"192.168.0.1", "a.1com", "::1", "user@example.com", "example.com:80", "a\x00b.com",
	} {
		_, ok := Parse(text)
		require.False(t, ok, text)
	}
}

func TestLastLabel(t *testing.T) {
	for text, want := range map[string]string{
		"": "", ".": "", "a": "a", "a.b": "b", "a..b": "b", "192.168.0.1": "1",
		"a.b.": "b", "a.b..": "", "http://a.com/x": "com/x", "a。b": "b",
	} {
		require.Equal(t, want, LastLabel(text), text)
	}
}

func TestIsTopLevel(t *testing.T) {
	for label, want := range map[string]bool{
		"com": true, "arpa": true, "ck": true, "ss": true, "xn--p1ai": true, "africa": true,
		"": false, "onion": false, "local": false, "example": false, "yu": false, "mcdonalds": false, "рф": false,
	} {
		require.Equal(t, want, IsTopLevel(label), label)
	}
}

func TestToASCII(t *testing.T) {
	for text, want := range map[string]string{
		"Example.com": "Example.com", "a b": "a b", "bücher.de": "xn--bcher-kva.de", "BÜCHER.de": "xn--bcher-kva.de",
		"straße.de": "strasse.de", "foo。com": "foo.com", "a\u00adb.com": "ab.com", "①.com": "1.com", "ﬁ.com": "fi.com",
	} {
		got, ok := ToASCII(text)
		require.True(t, ok, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"a\ufffdb.com", "a\u05d0b.com"} {
		_, ok := ToASCII(text)
		require.False(t, ok, text)
	}
}

func TestToUnicode(t *testing.T) {
	for text, want := range map[string]string{
		"example": "example", "xn--mnchen-3ya": "münchen", "www.xn--mnchen-3ya.de": "www.münchen.de", "xn--zzzzzzzz99": "xn--zzzzzzzz99",
	} {
		require.Equal(t, want, ToUnicode(text), text)
	}
}
