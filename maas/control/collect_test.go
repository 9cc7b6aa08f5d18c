package control

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
)

// Of versions that are archived and not deployed the latest are kept, and those that have an
// alias; of other versions all are.
func TestForgetArchived(t *testing.T) {
	c, err := Open(t.Context(), Options{Folder: t.TempDir(), Memory: 1 << 30, CPUs: 1})
	require.NoError(t, err)
	defer func() { require.NoError(t, c.Close(t.Context())) }()
	require.NoError(t, c.change(func(d *documents) error {
		for n := range keptArchived + 20 {
			r := maas.Release{Model: "m", Version: fmt.Sprint(n), Stage: maas.StageArchived, Journal: []maas.Change{{At: time.Unix(int64(n), 0).UTC(), By: "ann", What: "stage"}}}
			switch n {
			case 3:
				r.Aliases = []string{"stable"}
			case 4:
				r.Stage = maas.StageProduction
			case 5:
				d.put(Deployment{Spec: Spec{Model: "m", Version: "5"}, Digest: fmt.Sprintf("sha256:%064d", 1), Generation: 1})
			}
			d.releases = append(d.releases, release{r, d.revision})
		}
		return nil
	}))
	require.NoError(t, c.forgetArchived())
	revision := c.documents.revision
	require.NoError(t, c.forgetArchived())
	require.Equal(t, revision, c.documents.revision, "nothing was to be changed")
	var versions []string
	for _, r := range c.Registry().Snapshot().Releases() {
		versions = append(versions, r.Version)
	}
	require.Len(t, versions, keptArchived+3)
	require.Subset(t, versions, []string{"3", "4", "5", "20", "69"})
	require.NotContains(t, versions, "19")
}

// Logs of replicas that are gone go after a while; those of others stay however old.
func TestCollectLogs(t *testing.T) {
	c, err := Open(t.Context(), Options{Folder: t.TempDir(), Memory: 1 << 30, CPUs: 1})
	require.NoError(t, err)
	defer func() { require.NoError(t, c.Close(t.Context())) }()
	c.mu.Lock() // the deployment is not to run
	c.documents = &documents{deployments: []*Deployment{{Spec: Spec{Model: "m", Version: "1", Replicas: 1}, Generation: 1}}}
	c.mu.Unlock()
	c.end()
	<-c.done
	logs := filepath.Join(c.Folder(), logsName)
	now := time.Now()
	for name, age := range map[string]time.Duration{
		"m@1/1.log": 30 * 24 * time.Hour, "m@1/1.log.1": 30 * 24 * time.Hour, "m@1/2.log": 30 * 24 * time.Hour, "m@1/3.log": time.Hour,
		"gone@1/1.log": 30 * 24 * time.Hour, "late@1/1.log": time.Hour, "late@1/notes": 30 * 24 * time.Hour,
	} {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(logs, name)), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(logs, name), []byte("x"), 0o600))
		require.NoError(t, os.Chtimes(filepath.Join(logs, name), now.Add(-age), now.Add(-age)))
	}
	require.NoError(t, c.collectLogs(now))
	left, err := filepath.Glob(filepath.Join(logs, "*", "*"))
	require.NoError(t, err)
	for n := range left {
		left[n], _ = filepath.Rel(logs, left[n])
	}
	require.Equal(t, []string{"late@1/1.log", "late@1/notes", "m@1/1.log", "m@1/1.log.1", "m@1/3.log"}, left)
	require.NoDirExists(t, filepath.Join(logs, "gone@1"))
}
