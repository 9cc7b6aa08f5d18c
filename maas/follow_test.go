package maas_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
)

// A registry of a file follows it, keeps what it knew when the file is broken or gone, and
// says so once.
func TestFollowFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "models.json")
	replace := func(text string) {
		require.NoError(t, os.WriteFile(path+".new", []byte(text), 0o600))
		require.NoError(t, os.Rename(path+".new", path))
	}
	_, err := maas.FollowFile(path, maas.FollowOptions{})
	require.ErrorIs(t, err, os.ErrNotExist)

	replace(`{"models": [{"name": "dga", "version": "1.0", "url": "http://a:1"}]}`)
	events := make(chan maas.Event, 100)
	f, err := maas.FollowFile(path, maas.FollowOptions{Observe: func(e maas.Event) { events <- e }})
	require.NoError(t, err)
	defer func() { require.NoError(t, f.Close()) }()
	require.Equal(t, "http://a:1", f.Snapshot().Instances("dga")[0].URL)
	wait := func(kind maas.EventKind) maas.Event {
		t.Helper()
		select {
		case e := <-events:
			require.Equal(t, kind, e.Kind, "%v", e.Err)
			return e
		case <-time.After(10 * time.Second):
			require.Fail(t, "nothing is told")
			return maas.Event{}
		}
	}

	start := time.Now()
	replace(`{"models": [{"name": "dga", "version": "1.0", "url": "http://b:1"}], "releases": [{"model": "dga", "version": "1.0", "stage": "production"}]}`)
	wait(maas.Changed)
	t.Logf("a change is known after %v", time.Since(start).Round(time.Millisecond))
	require.Equal(t, "http://b:1", f.Snapshot().Instances("dga")[0].URL)
	require.Equal(t, "production", f.Snapshot().Releases()[0].Stage)

	replace(`{"models": [`)
	require.ErrorContains(t, wait(maas.Refused).Err, "models.json:1:")
	require.NoError(t, os.Remove(path))
	require.ErrorIs(t, wait(maas.Refused).Err, os.ErrNotExist)
	require.Equal(t, "http://b:1", f.Snapshot().Instances("dga")[0].URL)

	require.NoError(t, os.WriteFile(path, []byte(`{"models": []}`), 0o600)) // in place
	wait(maas.Changed)
	require.Empty(t, f.Snapshot().Instances("dga"))
	require.Empty(t, events)
}
