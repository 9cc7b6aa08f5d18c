package useragent_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/functions/useragent"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
)

func TestUserAgents(t *testing.T) {
	var reason error
	env, err := stellar.NewEnv(stellar.Options{Functions: useragent.Library().Functions, Observer: func(e fn.Event) { reason = e.Err }})
	require.NoError(t, err)
	for _, c := range []struct {
		text   string
		parts  string // name, version, os, os_version, device, type, bot and url; "" for a text that is refused
		strict string // "" if strict reading accepts the text, or a part of the reason
	}{
		{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/118.0.0.0 Safari/537.36 Edg/118.0.2088.46",
			`Edge|118.0.2088.46|Windows|10.0||desktop|false|`, ""},
		{"Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Mobile/15E148 Safari/604.1",
			`Safari|17.1|iOS|17.1|iPhone|mobile|false|`, ""},
		{"Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.6099.43 Mobile Safari/537.36",
			`Chrome|120.0.6099.43|Android|14|Pixel 8|mobile|false|`, ""},
		{"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", `Googlebot|2.1|||||true|http://www.google.com/bot.html`, ""},
		{"curl/8.5.0\n", `curl|8.5.0|||||false|`, ""},
		{"python-requests/2.31.0", `python-requests|2.31.0|||||false|`, ""},
		{"Mozilla/5.00 (Nikto/2.1.6) (Evasions:None) (a \\) (b))", `Nikto|2.1.6|||||false|`, ""},
		{"Nmap Scripting Engine", `Nmap Scripting Engine||||||false|`, ""},
		{"() { :;}; /bin/true", `() { :;}; /bin/true||||||false|`, "RFC 9110"},
		{"curl/", `curl||||||false|`, "RFC 9110"},
		{"a/1(b)", `a|1|||||false|`, "RFC 9110"},
		{"a (b", `a||||||false|`, "RFC 9110"},
		{"-", "", "no user agent"},
		{" \t", "", "no user agent"},
		{strings.Repeat("a", 8193), "", "more than 8192 bytes"},
	} {
		vars := stellar.Vars{"text": c.text}
		got, err := env.Eval(context.Background(), "PARSE_USER_AGENT(text)", vars)
		require.NoError(t, err)
		if c.parts == "" {
			require.Nil(t, got, c.text)
			require.ErrorContains(t, reason, c.strict)
		} else {
			parts, err := env.Eval(context.Background(), "JOIN(MAP(['name', 'version', 'os', 'os_version', 'device', 'type', 'bot', 'url'], p -> "+
				"MAP_GET(p, PARSE_USER_AGENT(text)) == null ? '' : TO_STRING(MAP_GET(p, PARSE_USER_AGENT(text)))), '|')", vars)
			require.NoError(t, err)
			require.Equal(t, c.parts, parts, c.text)
		}
		got, err = env.Eval(context.Background(), "PARSE_USER_AGENT(text, {'strict' : true})", vars)
		require.NoError(t, err)
		require.Equal(t, c.strict != "", got == nil, c.text)
	}
	for _, options := range []string{"{'stict' : true}", "{'strict' : 1}", "{1 : 1}"} {
		_, err := env.Eval(context.Background(), "PARSE_USER_AGENT('a', "+options+")", nil)
		require.ErrorIs(t, err, stellar.ErrArgument)
	}
}
