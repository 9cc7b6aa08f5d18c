package sample_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/sample"
)

func read(t *testing.T, source io.Reader) (texts []string, err error) {
	err = sample.Read(context.Background(), source, func(number int, m *rules.Message) error {
		texts = append(texts, string(m.AppendJSON(nil)))
		require.Len(t, texts, number)
		return nil
	})
	return texts, err
}

func TestRead(t *testing.T) {
	for text, want := range map[string][]string{
		"":                             nil,
		"\n \n":                        nil,
		`{"a":1}`:                      {`{"a":1}`},
		"\ufeff{\"a\":1}\n{\"a\":2}\n": {`{"a":1}`, `{"a":2}`},
		"{\n \"a\": 1.50\n}{\"b\":1}":  {"{\n \"a\": 1.50\n}", `{"b":1}`},
		` [ {"a":1}, {"a":2} ] {"a":3} [] [{"a":4}]`: {`{"a":1}`, `{"a":2}`, `{"a":3}`, `{"a":4}`},
		"{\"a\":\"\xff\",\"a\":1}":                   {"{\"a\":\"\xff\",\"a\":1}"},
	} {
		for _, source := range []io.Reader{strings.NewReader(text), iotest.OneByteReader(strings.NewReader(text))} {
			texts, err := read(t, source)
			require.NoError(t, err, text)
			require.Equal(t, want, texts, text)
		}
	}
}

func TestReadFails(t *testing.T) {
	long := `{"a":"` + strings.Repeat("x", 17<<20) + `"}`
	for text, want := range map[string]string{
		`{"a":1}{"a"`:     "message 2: the text ends within it",
		`[{"a":1}`:        "message 2: the text ends within it",
		`{"a":1} 5`:       "message 2: a JSON object is wanted, and this is a number",
		`[[{"a":1}]]`:     "message 1: a JSON object is wanted, and this is a list in a list",
		`{"a":1} ]`:       "message 2: invalid JSON at offset 8",
		`{"a" 1}`:         "message 1: invalid JSON at offset 5",
		`{"a":1} ` + long: "message 2: it is longer than 16 MiB",
	} {
		_, err := read(t, strings.NewReader(text))
		require.ErrorContains(t, err, want)
	}
	_, err := read(t, io.MultiReader(strings.NewReader(`{"a":1}`), iotest.ErrReader(io.ErrClosedPipe)))
	require.ErrorIs(t, err, io.ErrClosedPipe)
}

func TestReadEnds(t *testing.T) {
	number := 0
	err := sample.Read(context.Background(), strings.NewReader(`{}{}{}`), func(n int, _ *rules.Message) error {
		number = n
		return sample.ErrEnough
	})
	require.NoError(t, err)
	require.Equal(t, 1, number)

	other := errors.New("other")
	err = sample.Read(context.Background(), strings.NewReader(`{}`), func(int, *rules.Message) error { return other })
	require.Equal(t, other, err)

	ctx, cancel := context.WithCancel(context.Background())
	err = sample.Read(ctx, strings.NewReader(`{}{}`), func(int, *rules.Message) error { cancel(); return nil })
	require.ErrorIs(t, err, context.Canceled)
}
