//go:build unix

package torture

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// fleet is the workers of a group: processes.
type fleet struct {
	t       testing.TB
	command func(name string) *exec.Cmd
	dir     string // of what workers say
	workers []*worker
	ending  []*worker // those that were asked to end
	started int
	faults  []string // what workers did that they should not do
	counts  map[string]int
	slowest time.Duration // from SIGTERM to the end of a worker
	largest int64         // memory of a worker that ended, in bytes
}

type worker struct {
	name    string
	process *exec.Cmd
	log     string
	ended   chan struct{}
	paused  bool
	usurped bool      // another one has its name, for which it may end by itself
	asked   time.Time // when it was asked to end
}

// interrupted is what the command stellar ends with if it was asked to end.
const interrupted = 130

// endTime bounds how long a worker takes to end after SIGTERM.
const endTime = 30 * time.Second

func newFleet(t testing.TB, command func(name string) *exec.Cmd) *fleet {
	f := &fleet{t: t, command: command, dir: t.TempDir(), counts: map[string]int{}}
	t.Cleanup(func() {
		for _, w := range slices.Concat(f.workers, f.ending) {
			w.kill()
		}
	})
	return f
}

// start runs a worker. One with the name of a worker that is gone is its successor.
func (f *fleet) start(name string) *worker {
	f.t.Helper()
	f.started++
	w := &worker{name: name, process: f.command(name), ended: make(chan struct{}), log: filepath.Join(f.dir, fmt.Sprintf("%s-%d.log", name, f.started))}
	log, err := os.Create(w.log)
	if err != nil {
		f.t.Fatal(err)
	}
	defer log.Close()
	w.process.Stdout, w.process.Stderr = log, log
	if err := w.process.Start(); err != nil {
		f.t.Fatal(err)
	}
	go func() {
		_ = w.process.Wait()
		close(w.ended)
	}()
	f.workers = append(f.workers, w)
	return w
}

// fresh returns a name that no worker has.
func (f *fleet) fresh() string {
	for n := 1; ; n++ {
		name := fmt.Sprintf("worker-%d", n)
		if !slices.ContainsFunc(slices.Concat(f.workers, f.ending), func(w *worker) bool { return w.name == name }) {
			return name
		}
	}
}

// running returns the workers that are neither paused nor have lost their name to another.
func (f *fleet) running() []*worker {
	var all []*worker
	for _, w := range f.workers {
		if !w.paused && !w.usurped {
			all = append(all, w)
		}
	}
	return all
}

// hasTwin reports whether a worker has taken the name of one that is still there: if it
// slept too, the first one would wake up, and rightly have the name again.
func (f *fleet) hasTwin(w *worker) bool {
	return slices.ContainsFunc(f.workers, func(other *worker) bool { return other != w && other.name == w.name })
}

// look runs anew the workers that have ended although nobody asked them to, which is a
// fault, and sees to those that were asked.
func (f *fleet) look() {
	f.ending = slices.DeleteFunc(f.ending, f.end)
	for _, w := range slices.Clone(f.workers) {
		select {
		case <-w.ended:
			f.remove(w)
			if w.usurped {
				continue
			}
			f.fault(w, fmt.Sprintf("ended by itself with %v", w.process.ProcessState))
			f.start(w.name)
		default:
		}
	}
}

func (f *fleet) remove(gone *worker) {
	f.workers = slices.DeleteFunc(f.workers, func(w *worker) bool { return w == gone })
}

// kill ends a worker without notice, if it is there.
func (f *fleet) kill(w *worker) {
	if !slices.Contains(f.workers, w) {
		return
	}
	f.counts["killed"]++
	w.kill()
	f.largest = max(f.largest, w.memory())
	f.remove(w)
}

func (w *worker) kill() {
	_ = w.process.Process.Kill()
	<-w.ended
}

// await waits until messages are written, of which an error is told.
func (f *fleet) await(t *testing.T, produced chan error) {
	t.Helper()
	var err error
	require.Eventually(t, func() bool {
		f.look()
		select {
		case err = <-produced:
			return true
		default:
			return false
		}
	}, 2*time.Minute, 50*time.Millisecond, "messages cannot be written")
	require.NoError(t, err)
}

// finish ends all workers.
func (f *fleet) finish(t *testing.T) {
	t.Helper()
	for _, w := range slices.Clone(f.workers) {
		f.ask(w)
	}
	require.Eventually(t, func() bool {
		f.look()
		return len(f.ending) == 0
	}, 2*endTime, 20*time.Millisecond)
	for _, fault := range f.faults {
		t.Logf("FAULT: %s", fault)
	}
}

func (f *fleet) String() string {
	return fmt.Sprintf("workers: %d started, %d killed, %d paused (%d of them replaced), %d ended (at most %.1f s after SIGTERM); %d MB at most",
		f.started, f.counts["killed"], f.counts["paused"], f.counts["usurped"], f.counts["ended"], f.slowest.Seconds(), f.largest>>20)
}

// memory returns how much a worker that is gone had at most.
func (w *worker) memory() int64 {
	usage, ok := w.process.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	if runtime.GOOS == "darwin" { // where it is in bytes
		return int64(usage.Maxrss)
	}
	return int64(usage.Maxrss) << 10
}

// pause holds a worker; resume lets it go on.
func (f *fleet) pause(w *worker) {
	f.counts["paused"]++
	w.paused = true
	f.signal(w, syscall.SIGSTOP)
}

func (f *fleet) resume(w *worker) {
	w.paused = false
	f.signal(w, syscall.SIGCONT)
}

// usurp runs another worker with the name of a paused one.
func (f *fleet) usurp(w *worker) {
	f.counts["usurped"]++
	w.usurped = true
	f.start(w.name)
}

// ask asks a worker to end.
func (f *fleet) ask(w *worker) {
	f.counts["ended"]++
	w.asked = time.Now()
	f.signal(w, syscall.SIGTERM)
	f.remove(w)
	f.ending = append(f.ending, w)
}

// end reports whether a worker that was asked to end is gone. It is a fault if it fails,
// or takes too long.
func (f *fleet) end(w *worker) bool {
	select {
	case <-w.ended:
		if code := w.process.ProcessState.ExitCode(); code != 0 && code != interrupted {
			f.fault(w, fmt.Sprintf("ended with %v after SIGTERM", w.process.ProcessState))
		}
		f.slowest = max(f.slowest, time.Since(w.asked))
		f.largest = max(f.largest, w.memory())
		return true
	default:
	}
	if time.Since(w.asked) < endTime {
		return false
	}
	f.signal(w, syscall.SIGQUIT) // which says where it hangs
	<-w.ended
	f.fault(w, fmt.Sprintf("did not end within %v after SIGTERM", endTime))
	return true
}

func (f *fleet) fault(w *worker, what string) {
	f.faults = append(f.faults, fmt.Sprintf("%s %s:\n%s", w.name, what, w.tail()))
}

func (f *fleet) signal(w *worker, s syscall.Signal) {
	if err := w.process.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		f.t.Fatal(err)
	}
}

// tail returns the end of what a worker said.
func (w *worker) tail() string {
	text, _ := os.ReadFile(w.log)
	if len(text) > 4000 {
		text = text[len(text)-4000:]
	}
	return string(bytes.TrimSpace(text))
}
