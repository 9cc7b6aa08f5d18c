//go:build linux

package control_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/control"
)

var (
	rounds   = flag.Int("rounds", 1, "how many rounds of changes TestCallsSucceed makes")
	callTime = flag.Duration("call-time", 10*time.Second, "how long a call of TestCallsSucceed may take: that of a busy machine")
	kills    = flag.Int("kills", 5, "how often TestKilled kills the controller")
)

// killable is a controller in a process of its own, and a client of it.
type killable struct {
	t      testing.TB
	folder string
	drain  string
	*exec.Cmd
	client *control.Client
}

// launch runs a controller on a folder. The model's processes are known by the folder.
func launch(t testing.TB, folder, drain string) *killable {
	k := &killable{t: t, folder: folder, drain: drain}
	k.start()
	t.Cleanup(func() {
		k.kill()
		until(t, func() bool { return len(k.processes()) == 0 }, func() string { return fmt.Sprint(k.processes()) })
	})
	return k
}

func (k *killable) start() {
	k.Cmd = exec.Command(os.Args[0])
	k.Env = append(os.Environ(), "CONTROL_TEST_FOLDER="+k.folder, "CONTROL_TEST_MARK="+k.folder, "CONTROL_TEST_DRAIN="+k.drain)
	k.Stderr = os.Stderr
	require.NoError(k.t, k.Start())
}

func (k *killable) kill() {
	_ = k.Process.Kill()
	_ = k.Wait()
}

// dial waits until the controller answers.
func (k *killable) dial() {
	k.t.Helper()
	var err error
	until(k.t, func() bool {
		if k.client, err = control.NewClient(context.Background(), k.folder); err != nil {
			return false
		}
		_, err = k.client.Machine(context.Background())
		return err == nil
	}, func() string { return fmt.Sprint(err) })
}

// complete waits until exactly these versions run, with so many replicas.
func (k *killable) complete(want map[string]int) []control.Status {
	k.t.Helper()
	var all []control.Status
	var err error
	until(k.t, func() bool {
		all, err = k.client.Deployments(context.Background())
		if err != nil || len(all) != len(want) {
			return false
		}
		return !slices.ContainsFunc(all, func(s control.Status) bool { return !s.Complete() || want[s.Version] != s.Replicas })
	}, func() string { return fmt.Sprintf("%v %+v, wanted are %v", err, all, want) })
	return all
}

// models returns the processes of models.
func (k *killable) models() []int {
	return slices.DeleteFunc(k.processes(), func(pid int) bool {
		environment, _ := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid))
		command, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
		return !bytes.Contains(environment, []byte("CONTROL_TEST_MODEL=")) || bytes.Contains(command, []byte("\x00guard\x00")) || len(command) == 0
	})
}

// processes returns all that the controller has started, by its mark in their environment.
func (k *killable) processes() (pids []int) {
	all, err := filepath.Glob("/proc/[0-9]*/environ")
	require.NoError(k.t, err)
	for _, name := range all {
		environment, err := os.ReadFile(name)
		if err != nil || !bytes.Contains(environment, []byte("CONTROL_TEST_MARK="+k.folder+"\x00")) {
			continue
		}
		if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(name))); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}

// TestCallsSucceed: under 64 callers, no call fails while versions are deployed, get
// weights, are promoted, scaled and retired, instances are killed, and so is the
// controller.
func TestCallsSucceed(t *testing.T) {
	k := launch(t, t.TempDir(), "")
	k.dial()
	folder := packageOf(t, "a")
	deploy := func(version string) {
		_, err := k.client.Deploy(t.Context(), control.Request{Spec: control.Spec{Version: version, Replicas: 2}, Package: folder})
		require.NoError(t, err)
	}
	deploy("1")
	k.complete(map[string]int{"1": 2})

	registry, err := maas.FollowFile(control.ModelsFile(k.folder), maas.FollowOptions{})
	require.NoError(t, err)
	defer registry.Close()
	client := maas.NewClient(registry, maas.Options{CacheEntries: -1, CacheTime: -1, Timeout: *callTime})
	defer client.Close()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var calls, failures atomic.Int64
	var callers sync.WaitGroup
	step := atomic.Value{}
	step.Store("")
	byVersion := make([]map[string]int, 64)
	for n := range byVersion {
		byVersion[n] = make(map[string]int)
		callers.Go(func() {
			for i := n; ctx.Err() == nil; i += len(byVersion) {
				_, version, err := ask(ctx, client, i)
				if ctx.Err() != nil {
					return
				}
				if calls.Add(1); err != nil && failures.Add(1) <= 20 {
					t.Logf("during %s: %v", step.Load(), err)
				}
				byVersion[n][version]++
				time.Sleep(time.Duration(rand.Int64N(int64(20 * time.Millisecond)))) // as the machine has two CPUs
			}
		})
	}
	begin := time.Now()
	for round := range *rounds {
		old, next := strconv.Itoa(round+1), strconv.Itoa(round+2)
		both := map[string]int{old: 2, next: 2}
		do := func(what string, f func() error) {
			step.Store(fmt.Sprintf("round %d, %s", round+1, what))
			require.NoError(t, f(), what)
		}
		do("deploy", func() error { deploy(next); k.complete(both); return nil })
		half := 50
		do("weights", func() error {
			_, err := k.client.Divide(ctx, "m", []maas.Share{{Version: old, Weight: &half}, {Version: next, Weight: &half}}, false)
			return err
		})
		do("instance killed", func() error {
			pids := k.models()
			require.Len(t, pids, 4)
			return syscall.Kill(pids[rand.IntN(len(pids))], syscall.SIGKILL)
		})
		until(t, func() bool { return len(k.models()) == 4 }, func() string { return "not replaced" })
		k.complete(both)
		do("promote", func() error { _, err := k.client.Promote(ctx, "m", next, false); return err })
		do("scale up", func() error {
			_, err := k.client.Scale(ctx, "m", next, 4, 0)
			both[next] = 4
			k.complete(both)
			return err
		})
		do("controller killed", func() error { k.kill(); k.start(); k.dial(); k.complete(both); return nil })
		do("scale down", func() error {
			_, err := k.client.Scale(ctx, "m", next, 2, 0)
			both[next] = 2
			k.complete(both)
			return err
		})
		do("retire", func() error {
			_, err := k.client.Retire(ctx, "m", old, false)
			k.complete(map[string]int{next: 2})
			return err
		})
		require.Len(t, k.models(), 2)
	}
	step.Store("the end")
	took := time.Since(begin)
	stop()
	callers.Wait()
	versions := make(map[string]int)
	for _, of := range byVersion {
		for v, n := range of {
			versions[v] += n
		}
	}
	t.Logf("%d rounds in %v: %d calls, %d failed; by version %v; attempts %+v", *rounds, took.Round(time.Millisecond), calls.Load(), failures.Load(), versions, client.Statistics())
	require.Zero(t, failures.Load())
	require.Greater(t, len(versions), *rounds)
}

// TestKilled: whenever the controller is killed, the next one finds all deployments that
// were acknowledged, runs each replica once, and leaves no other process.
func TestKilled(t *testing.T) {
	k := launch(t, t.TempDir(), "100ms")
	folders := []string{packageOf(t, "a"), packageOf(t, "b")}
	want := make(map[string]int) // what was acknowledged
	for n := range *kills {
		k.dial()
		unsure := make(map[string]int) // what was asked for when it was killed
		done := make(chan struct{})
		go func() { // what the controller is killed in
			defer close(done)
			for {
				version := strconv.Itoa(1 + rand.IntN(3))
				replicas := rand.IntN(4)
				var err error
				switch rand.IntN(3) {
				case 0, 1:
					unsure[version] = replicas
					_, err = k.client.Deploy(context.Background(), control.Request{
						Spec: control.Spec{Version: version, Replicas: replicas}, Package: folders[rand.IntN(2)],
					})
				default:
					if _, known := want[version]; !known {
						continue
					}
					if rand.IntN(2) == 0 {
						unsure[version] = replicas
						_, err = k.client.Scale(context.Background(), "m", version, replicas, 0)
					} else {
						unsure[version] = want[version]
						_, err = k.client.Restart(context.Background(), "m", version, 0)
					}
				}
				if err != nil {
					return
				}
				want[version] = replicas
				if of, ok := unsure[version]; ok {
					want[version] = of
				}
				delete(unsure, version)
				time.Sleep(time.Duration(rand.Int64N(int64(100 * time.Millisecond))))
			}
		}()
		time.Sleep(time.Duration(rand.Int64N(int64(400 * time.Millisecond))))
		k.kill()
		<-done
		k.start()
		k.dial()
		all, err := k.client.Deployments(t.Context())
		require.NoError(t, err)
		for _, s := range all {
			if replicas, ok := unsure[s.Version]; ok && s.Replicas == replicas { // it was done, and nobody was told
				want[s.Version] = replicas
			}
		}
		k.complete(want)
		replicas := 0
		for _, of := range want {
			replicas += of
		}
		until(t, func() bool { return len(k.models()) == replicas }, func() string { return fmt.Sprintf("kill %d: %v run, of %v", n+1, k.models(), want) })
		registered, err := maas.FromFile(control.ModelsFile(k.folder))
		require.NoError(t, err)
		require.Len(t, registered.Snapshot().Instances("m"), replicas)
	}
	t.Logf("killed %d times: all of %v run, each once, and nothing else", *kills, want)
	k.kill()
	start := time.Now()
	until(t, func() bool { return len(k.models()) == 0 }, func() string { return fmt.Sprint(k.models()) })
	t.Logf("without a controller, the models have ended after %v", time.Since(start).Round(time.Millisecond))
}
