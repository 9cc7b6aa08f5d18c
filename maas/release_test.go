package maas

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestReleaseKeepsOtherMembers(t *testing.T) {
	const document = `{"format":2,"stage":"test","audit":{"by":"bob"},"owner":"ann"}`
	r, err := ParseRelease("dga", "1.0", []byte(document))
	require.NoError(t, err)
	require.Equal(t, "test", r.Stage)
	require.JSONEq(t, `{"audit":{"by":"bob"},"owner":"ann"}`, string(r.Others))
	written, err := r.Document()
	require.NoError(t, err)
	require.JSONEq(t, document, string(written))

	written, err = Release{Model: "dga", Version: "1.0"}.Document()
	require.NoError(t, err)
	require.Equal(t, `{"format":1}`, string(written))
}

func TestMalformedReleases(t *testing.T) {
	for document, want := range map[string]string{
		``:                        "malformed release: 1:1: unexpected EOF",
		`[]`:                      "malformed release: 1:1: the JSON must be of the type object, not array",
		"{\n\"weight\": \"5\"}":   "malformed release: 2:11: /weight must be of the type integer, not string",
		`{"weight": 1000001}`:     "malformed release: weight is 1000001, it must be from 0 to 1000000",
		`{"aliases": ["1.0"]}`:    `malformed release: the alias "1.0" must begin with a letter and have at most 64 letters, digits, points, - and _`,
		`{"aliases": ["latest"]}`: "malformed release: latest cannot be an alias: it stands for something else",
		`{"batchSize": -1}`:       "malformed release: batchSize is -1, it must not be negative",
		`{"format": -1, "inputs": [{}]}`: "malformed release: format is -1, it must be a positive number\n" +
			"malformed release: an input or output has no name",
	} {
		_, err := ParseRelease("dga", "1.0", []byte(document))
		require.ErrorIs(t, err, ErrRelease)
		require.EqualError(t, err, want)
	}
}
