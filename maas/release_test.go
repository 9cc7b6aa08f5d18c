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
