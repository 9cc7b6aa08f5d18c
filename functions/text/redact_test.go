package text_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
)

func TestRedact(t *testing.T) {
	for expression, want := range map[string]any{
		"REDACT('a@b.de', 'ip')":                                                                 "a@b.de",
		"REDACT('a@10.0.0.1', ['ip', 'email'])":                                                  "a@[ip]",
		"REDACT(['x 10.0.0.1', {'n' : ['::1']}], 'ip')":                                          []any{"x [ip]", map[string]any{"n": []any{"[ip]"}}},
		"LENGTH(REDACT(SET_INIT(['10.0.0.1', '10.0.0.2']), 'ip'))":                               1,
		"REDACT({'10.0.0.1' : 5}, 'ip')":                                                         map[string]any{"10.0.0.1": 5},
		"REDACT('aXbXc', [], {'patterns' : ['X', 'bX']})":                                        "a[pattern][pattern]c",
		"REDACT('abc', [], {'patterns' : ['x*']})":                                               "abc",
		"REDACT('a@b.de', 'email', {'key' : 'k'}) == REDACT('a@b.de', 'email', {'key' : 'k'})":   true,
		"REDACT('a@b.de', 'email', {'key' : 'k'}) == REDACT('a@b.de', 'email', {'key' : 'l'})":   false,
		"REGEXP_MATCH(REDACT('a@b.de', 'email', {'key' : 'k'}), '\\\\[email:[0-9a-f]{16}\\\\]')": true,
		"REDACT(42, 'card')": 42,
	} {
		got, err := stellar.Eval(context.Background(), expression, nil)
		require.NoError(t, err, expression)
		require.Equal(t, want, got, expression)
	}
	for expression, want := range map[string]string{
		"REDACT('a', 'mail')":                   "nothing is known of 'mail', only of card, email, iban, ip",
		"REDACT('a', ['ip', null])":             "what to look for must be a string, and this is null",
		"REDACT('a', ['ip', 5])":                "what to look for must be a string, and this is an int",
		"REDACT('a', 'ip', {'kay' : 'x'})":      "there is no option 'kay', only 'key' and 'patterns'",
		"REDACT('a', 'ip', {'key' : ''})":       "the key must be a string",
		"REDACT('a', [], {'patterns' : ['(']})": "one of the patterns cannot be read",
		"REDACT('a', [], {'patterns' : 'x'})":   "the patterns must be a list",
	} {
		_, err := stellar.Eval(context.Background(), expression, nil)
		require.ErrorContains(t, err, want, expression)
	}
}
