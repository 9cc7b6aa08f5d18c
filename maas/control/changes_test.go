//go:build unix

package control_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/control"
)

// served opens a controller and a client of it.
func served(t *testing.T, o control.Options) (*control.Controller, *control.Client) {
	c := open(t, o)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- c.Serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-done)
	})
	var client *control.Client
	until(t, func() bool {
		var err error
		client, err = control.NewClient(t.Context(), c.Folder())
		return err == nil
	}, func() string { return "not served" })
	t.Cleanup(client.Close)
	return c, client
}

// A full machine is divided 2 : 1, whoever came first; what has no room waits with the
// reason, and runs when there is room.
func TestShares(t *testing.T) {
	o := optionsIn(t.TempDir())
	o.Memory, o.CPUs, o.Shares = 6<<30, 6, map[string]float64{"soc": 2, "fraud": 1}
	o.Local.Drain = 100 * time.Millisecond
	c, client := served(t, o)
	folder := packageOf(t, "a")
	deploy := func(version, owner string, replicas int) {
		_, err := client.Deploy(t.Context(), control.Request{
			Spec: control.Spec{Version: version, Owner: owner, Replicas: replicas, Memory: 1 << 30, CPUs: 0.1}, Package: folder,
		})
		require.NoError(t, err)
	}
	serve := func(want map[string]int) {
		t.Helper()
		got := make(map[string]int)
		until(t, func() bool {
			clear(got)
			settled := true
			for _, s := range c.Deployments() {
				got[s.Owner] += s.Serving
				for _, i := range s.Instances {
					settled = settled && (i.State == control.Serving || i.State == control.Pending)
				}
			}
			return settled && fmt.Sprint(got) == fmt.Sprint(want)
		}, func() string { return fmt.Sprint(got, " where ", want, " is wanted") })
	}
	deploy("1", "fraud", 8)
	serve(map[string]int{"fraud": 6})
	s, err := client.Deployment(t.Context(), "m", "1")
	require.NoError(t, err)
	require.Equal(t, control.Pending, s.Instances[7].State)
	require.Equal(t, "no room: it needs 1 GiB and 0.1 CPUs, and 0 bytes and 5.4 CPUs of 6 GiB and 6 CPUs are free", s.Instances[7].Reason)
	deploy("2", "soc", 8)
	serve(map[string]int{"fraud": 2, "soc": 4})
	t.Log("of a full machine, soc has 4 replicas and fraud 2")
	machine, err := client.Machine(t.Context())
	require.NoError(t, err)
	require.Equal(t, []control.Owner{
		{Name: "fraud", Weight: 1, Replicas: 2, Memory: 2 << 30, CPUs: 0.2}, {Name: "soc", Weight: 2, Replicas: 4, Memory: 4 << 30, CPUs: 0.4},
	}, machine.Owners)
	_, err = client.Scale(t.Context(), "m", "2", 1, 0)
	require.NoError(t, err)
	serve(map[string]int{"fraud": 5, "soc": 1})

	// Without room for both, replicas are replaced one after the other.
	before, err := client.Deployment(t.Context(), "m", "1")
	require.NoError(t, err)
	_, err = client.Restart(t.Context(), "m", "1", before.Revision)
	require.NoError(t, err)
	least := 5
	until(t, func() bool {
		s, err := client.Deployment(t.Context(), "m", "1")
		require.NoError(t, err)
		serving, old := 0, 0
		for _, i := range s.Instances {
			if i.State == control.Serving {
				serving++
			}
			if i.State != control.Pending && i.Generation == before.Generation {
				old++
			}
		}
		least = min(least, serving)
		return s.Serving == 5 && old == 0
	}, func() string { return fmt.Sprint(c.Deployments()) })
	t.Logf("while 5 replicas were replaced on a full machine, %d served at least", least)
	require.GreaterOrEqual(t, least, 4)
	_, err = client.Deploy(t.Context(), control.Request{Spec: control.Spec{Version: "3", Memory: 7 << 30}, Package: folder})
	var refused *maas.RefusedError
	require.ErrorAs(t, err, &refused)
	require.EqualError(t, err, "a replica needs 7 GiB and 0.05 CPUs, and there are only 6 GiB and 6 CPUs")
}

// Of two who change what they have seen, one is told that it is not so any more; who did
// what stands in the journal.
func TestTwoOperators(t *testing.T) {
	o := optionsIn(t.TempDir())
	o.Local.Drain = time.Millisecond
	c, client := served(t, o)
	seen, err := client.Deploy(t.Context(), control.Request{Spec: control.Spec{Version: "1", Replicas: 1}, Package: packageOf(t, "a")})
	require.NoError(t, err)
	var group sync.WaitGroup
	failed := make(chan error, 8)
	for n := range cap(failed) {
		group.Go(func() {
			_, err := client.Scale(t.Context(), "m", "1", n%3+2, seen.Revision)
			failed <- err
		})
	}
	group.Wait()
	conflicts := 0
	for range cap(failed) {
		if err := <-failed; err != nil {
			require.ErrorIs(t, err, control.ErrConflict)
			conflicts++
		}
	}
	require.Equal(t, cap(failed)-1, conflicts)
	_, err = client.Scale(t.Context(), "m", "1", -1, 0)
	require.ErrorIs(t, err, control.ErrInvalid)
	_, err = client.Scale(t.Context(), "m", "2", 1, 0)
	require.ErrorIs(t, err, control.ErrUnknown)
	client.By = "jo"
	_, err = client.Scale(t.Context(), "m", "1", 1, 0)
	require.NoError(t, err)
	now := complete(t, c, "1")
	require.Len(t, now.Journal, 3)
	last := now.Journal[2]
	require.Equal(t, "replicas", last.What)
	require.Equal(t, "1", last.To)
	require.Regexp(t, `^jo \(\S+@\S+\)$`, last.By)
}

// What is deployed is a copy. It goes when nothing needs it any more; the log stays.
func TestPackages(t *testing.T) {
	o := optionsIn(t.TempDir())
	o.Local.Drain = time.Millisecond
	c, client := served(t, o)
	folder := packageOf(t, "a")
	_, err := client.Deploy(t.Context(), control.Request{Spec: control.Spec{Version: "1", Replicas: 1}, Package: folder})
	require.NoError(t, err)
	require.NoError(t, os.RemoveAll(folder))
	first := complete(t, c, "1")
	_, err = client.Restart(t.Context(), "m", "1", 0)
	require.NoError(t, err)
	until(t, func() bool { s, _ := c.Deployment("m", "1"); return s.Generation == 2 && s.Complete() }, func() string { return fmt.Sprint(c.Deployments()) })
	_, err = client.Deploy(t.Context(), control.Request{Spec: control.Spec{Version: "2", Replicas: 1}, Package: packageOf(t, "b")})
	require.NoError(t, err)
	second := complete(t, c, "2")
	require.NotEqual(t, first.Digest, second.Digest)
	_, err = client.Retire(t.Context(), "m", "1", false)
	var refused *maas.RefusedError
	require.ErrorAs(t, err, &refused)
	_, err = client.Promote(t.Context(), "m", "2", false)
	require.NoError(t, err)
	changes, err := client.Retire(t.Context(), "m", "1", false)
	require.NoError(t, err)
	require.Equal(t, "replicas", changes[0].What)
	until(t, func() bool { _, err := c.Deployment("m", "1"); return err != nil }, func() string { return "it is still there" })

	var log bytes.Buffer
	require.NoError(t, client.Log(t.Context(), &log, "m", "1", 1, 1, false))
	require.Equal(t, "a model begins: a\n", log.String())
	require.ErrorIs(t, client.Log(t.Context(), &log, "m", "1", 2, 1, false), control.ErrUnknown)
	ctx, cancel := context.WithCancel(t.Context())
	following := &watched{begun: make(chan struct{}, 10)}
	done := make(chan error)
	go func() { done <- client.Log(ctx, following, "m", "2", 1, 10, true) }()
	<-following.begun
	_, err = client.Restart(t.Context(), "m", "2", 0)
	require.NoError(t, err)
	<-following.begun
	cancel()
	require.NoError(t, <-done)
	require.Equal(t, strings.Repeat("a model begins: b\n", 2), following.text.String())

	name := strings.TrimPrefix(first.Digest, "sha256:")
	require.FileExists(t, filepath.Join(c.Folder(), "packages", name, "model.yaml"))
	require.NoError(t, c.Close(t.Context()))
	again := open(t, o) // collects
	until(t, func() bool { _, err := os.Stat(filepath.Join(c.Folder(), "packages", name)); return err != nil }, func() string { return "it is still there" })
	complete(t, again, "2")
}

// watched tells of each write.
type watched struct {
	text  bytes.Buffer
	begun chan struct{}
}

func (w *watched) Write(p []byte) (int, error) {
	n, err := w.text.Write(p)
	w.begun <- struct{}{}
	return n, err
}

// What leaves its process group ends with the replica all the same, where there are control
// groups.
func TestEscape(t *testing.T) {
	o := optionsIn(t.TempDir())
	o.Local.Drain = time.Millisecond
	c := open(t, o)
	if !strings.Contains(c.Machine().Limits, "control groups") {
		t.Skip("no control groups can be made here: " + c.Machine().Limits)
	}
	_, err := c.Deploy(t.Context(), "jo", control.Request{Spec: control.Spec{Version: "1", Replicas: 1, Memory: 1 << 30}, Package: packageOf(t, "escape")})
	require.NoError(t, err)
	complete(t, c, "1")
	var log bytes.Buffer
	require.NoError(t, c.Log(t.Context(), &log, "m", "1", 1, 1, false))
	var pid int
	_, err = fmt.Sscanf(log.String(), "<nil> %d", &pid)
	require.NoError(t, err, "%s", &log)
	require.NoError(t, syscall.Kill(pid, 0))
	_, err = c.Scale("jo", "m", "1", 0, 0)
	require.NoError(t, err)
	complete(t, c, "1")
	until(t, func() bool { return !runs(pid) }, func() string { return fmt.Sprint(pid, " runs") })
}

// runs reports whether a process runs: one that has ended may wait for its parent.
func runs(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && !bytes.Contains(stat, []byte(") Z "))
}

// What another registry says is taken over, without what is decided here: a version that is
// in production here stays so, and one that is only known does not keep the first that is
// deployed from getting calls.
func TestImport(t *testing.T) {
	o := optionsIn(t.TempDir())
	o.Local.Drain = time.Millisecond
	c, client := served(t, o)
	said := []maas.Release{
		{Model: "m", Version: "1", Protocol: "mlflow", Card: &maas.Card{Description: "of MLflow"}, Aliases: []string{"champion"}},
		{Model: "m", Version: "2", Protocol: "get", Card: &maas.Card{Description: "next"}},
	}
	changes, err := client.Import(t.Context(), said)
	require.NoError(t, err)
	require.Len(t, changes, 3) // two cards, an alias
	again, err := client.Import(t.Context(), said)
	require.NoError(t, err)
	require.Empty(t, again)

	_, err = client.Deploy(t.Context(), control.Request{Spec: control.Spec{Version: "2", Replicas: 1}, Package: packageOf(t, "a")})
	require.NoError(t, err)
	release := func(version string) (found maas.Release) {
		for _, r := range c.Registry().Snapshot().Releases() {
			if r.Model == "m" && r.Version == version {
				found = r
			}
		}
		return found
	}
	require.Equal(t, maas.StageProduction, release("2").Stage)
	digest := release("2").Card.Digest
	require.NotEmpty(t, digest)

	said[0].Stage, said[1].Card, said[1].Protocol, said[1].Aliases = "production", &maas.Card{Description: "better"}, "mlflow", []string{"champion"}
	said[0].Aliases = nil
	said = append(said, maas.Release{Model: "m", Version: "3", Stage: "production"}, maas.Release{Model: "other", Version: "1", Stage: "production"})
	_, err = client.Import(t.Context(), said)
	require.NoError(t, err)
	require.Equal(t, []string{"", "production", "", "production"}, []string{release("1").Stage, release("2").Stage, release("3").Stage, c.Registry().Snapshot().Releases()[3].Stage})
	require.Equal(t, &maas.Card{Description: "better", Digest: digest}, release("2").Card)
	require.Equal(t, "get", release("2").Protocol)
	require.Equal(t, []string{"champion"}, release("2").Aliases)
	require.Empty(t, release("1").Aliases)
	_, err = client.Import(t.Context(), []maas.Release{{Model: "a/b", Version: "1"}})
	require.ErrorIs(t, err, control.ErrInvalid)
}
