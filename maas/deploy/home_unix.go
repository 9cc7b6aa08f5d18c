//go:build unix

package deploy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/stellarlang/stellar/maas"
)

// atHome is the first argument of a guard of a replica with a home; the folder, Keeper,
// Lease, Log, Group, the bound of memory and the command follow.
const atHome = "--home"

// lock locks a file. ok is false if somebody else has locked it.
func lock(name string, how int) (file *os.File, ok bool, err error) {
	file, err = os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, false, err
	}
	for {
		err = syscall.Flock(int(file.Fd()), how|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if err == nil {
		return file, true, nil
	}
	_ = file.Close()
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, false, nil
	}
	return nil, false, fmt.Errorf("lock %s: %w", name, err)
}

var errLives = errors.New("the replica lives already")

// startAt starts a command below a guard that outlives this process.
func startAt(h *Home, guard, command []string, folder string, environment []string, data int64) (*process, error) {
	held, ok, err := lock(h.path(lockFile), syscall.LOCK_EX)
	switch {
	case err != nil:
		return nil, err
	case !ok:
		return nil, errLives
	case len(guard) == 0:
		_ = held.Close()
		return nil, errors.New("a replica with a home needs a guard")
	}
	defer func() { _ = held.Close() }() // the guard goes on holding it
	if err := removeAll(h.path(lifeFile), h.path(endedFile), h.path(pidFile)); err != nil {
		return nil, err
	}
	alive, ours, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer func() { _ = alive.Close() }()
	arguments := append(append([]string{}, guard[1:]...), atHome, h.Folder, h.Keeper, cmp.Or(h.Lease, usualLease).String(), h.Log, h.Group, strconv.FormatInt(data, 10))
	c := exec.Command(guard[0], append(arguments, command...)...)
	c.Dir, c.Env, c.Stdin, c.ExtraFiles = folder, append(environment[:len(environment):len(environment)], mark(h.Folder)), alive, []*os.File{held}
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if h.Group != "" {
		var group *os.File
		if err = h.MakeGroup(); err == nil {
			group, err = os.Open(h.Group)
		}
		if err != nil {
			_ = ours.Close()
			return nil, err
		}
		defer func() { _ = group.Close() }()
		startIn(group, c.SysProcAttr)
	}
	if err := c.Start(); err != nil {
		_ = ours.Close()
		return nil, err
	}
	p := &process{pid: c.Process.Pid, done: make(chan struct{}), output: h.lastOutput}
	go func() {
		p.err = c.Wait()
		p.buried(h)
		_ = ours.Close()
		close(p.done)
	}()
	return p, nil
}

// buried notes how a guard that has ended has ended, and ends what it may have left.
func (p *process) buried(h *Home) {
	p.signal(syscall.SIGKILL)
	h.endAll()
	var d death
	if readJSON(h.path(endedFile), &d) && d.Reason != "" {
		p.err = errors.New(d.Reason)
	} else if p.err == nil {
		p.err = errors.New("its guard has ended")
	}
}

// endAll ends all processes of the replica.
func (h *Home) endAll() {
	if h.Group == "" {
		endMarked(mark(h.Folder))
		return
	}
	h.endGroup()
}

func (h *Home) lastOutput() string {
	var d death
	_ = readJSON(h.path(endedFile), &d)
	return d.Output
}

// How often a guard is looked at that is no child of this process, and how long one may
// take to say which process it is.
const (
	lookAtGuard = 20 * time.Millisecond
	guardStart  = 5 * time.Second
)

// takeOver returns a process that lives at the home and answers, nil if there is none.
// One that has not answered before whoever started it was gone is ended.
func (r *replica) takeOver(ctx context.Context) (*process, life, error) {
	if r.Home == nil {
		return nil, life{}, nil
	}
	if err := os.MkdirAll(r.Home.Folder, 0o700); err != nil {
		return nil, life{}, err
	}
	lives, err := r.Home.isLocked()
	if !lives {
		if err == nil {
			r.Home.endAll() // what a guard has left that was killed
		}
		return nil, life{}, err
	}
	p, err := r.Home.guardProcess(ctx)
	if p == nil {
		return nil, life{}, err
	}
	l := life{}
	if !readJSON(r.Home.path(lifeFile), &l) {
		p.stop(r.Grace, r.Hurry)
		return nil, life{}, nil
	}
	return p, l, nil
}

// guardProcess returns the process that lives at the home, nil if there is none any more.
func (h *Home) guardProcess(ctx context.Context) (*process, error) {
	p := &process{done: make(chan struct{}), output: h.lastOutput}
	ticker := time.NewTicker(lookAtGuard)
	for limit := time.Now().Add(guardStart); ; {
		text, err := os.ReadFile(h.path(pidFile))
		if p.pid, _ = strconv.Atoi(strings.TrimSpace(string(text))); err == nil && p.pid > 1 {
			break
		}
		if lives, err := h.isLocked(); !lives {
			ticker.Stop()
			return nil, err
		}
		if time.Now().After(limit) {
			ticker.Stop()
			return nil, errors.New("somebody holds the lock of the replica, and does not say who")
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			ticker.Stop()
			return nil, ctx.Err()
		}
	}
	go func() {
		defer ticker.Stop()
		for range ticker.C {
			if lives, err := h.isLocked(); err == nil && !lives {
				break
			}
		}
		p.buried(h)
		close(p.done)
	}()
	return p, nil
}

func (h *Home) isLocked() (bool, error) {
	file, ok, err := lock(h.path(lockFile), syscall.LOCK_SH)
	if ok {
		_ = file.Close()
	}
	return err == nil && !ok, err
}

// Lives returns the instance that lives at the home and answers. ok is false if there is
// none.
func (h *Home) Lives() (i maas.Instance, ok bool) {
	if _, err := os.Stat(h.path(lockFile)); err != nil {
		return i, false
	}
	if lives, _ := h.isLocked(); !lives {
		return i, false
	}
	var l life
	return l.Instance, readJSON(h.path(lifeFile), &l) && l.Instance.ID != ""
}

// lookAtKeeper is the time between two looks whether there is a keeper.
const lookAtKeeper = 250 * time.Millisecond

// guardAt is Guard for a replica with a home.
func guardAt(arguments []string) int {
	const fixed = 6
	if len(arguments) <= fixed {
		return 1
	}
	h := &Home{Folder: arguments[0], Keeper: arguments[1], Log: arguments[3], Group: arguments[4]}
	h.Lease, _ = time.ParseDuration(arguments[2])
	data, _ := strconv.ParseInt(arguments[5], 10, 64)
	command := arguments[fixed:]
	const lockDescriptor = 3
	syscall.CloseOnExec(lockDescriptor) // it is held as long as the guard lives, and no longer
	// These are meant for the command, which would inherit that they are ignored.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	if err := os.WriteFile(h.path(pidFile), fmt.Appendf(nil, "%d\n", os.Getpid()), 0o600); err != nil {
		return 1
	}
	output := &lines{}
	if err := os.MkdirAll(filepath.Dir(h.Log), 0o700); err == nil {
		if file, err := OpenLogFile(h.Log, maxLog, keptLogs); err == nil {
			output.to = file
		}
	}
	reason := h.guarded(command, data, output)
	_ = writeJSON(h.path(endedFile), death{reason.Error(), output.tail()})
	h.removeGroup()
	h.endAll()
	_ = syscall.Kill(-syscall.Getpgrp(), syscall.SIGKILL) // the guard too
	return 1
}

// removeGroup ends all processes of the replica's control group, and removes it if the
// guard can leave it; otherwise the guard ends, too, and whoever looks after the replica
// removes it.
func (h *Home) removeGroup() {
	if h.Group == "" {
		return
	}
	const self = "0"
	left := os.WriteFile(filepath.Join(filepath.Dir(h.Group), "cgroup.procs"), []byte(self), 0) == nil
	h.endGroup()
	for n := 0; left && n < 50 && os.Remove(h.Group) != nil; n++ { // what was killed takes a moment to go
		time.Sleep(5 * time.Millisecond)
	}
}

// guarded runs a command until it ends, or is ended as nobody looks after it any more. It
// returns how it ended.
func (h *Home) guarded(command []string, data int64, output io.Writer) error {
	runtime.LockOSThread() // the command ends with the thread that has started it
	bound(data)
	c := exec.Command(command[0], command[1:]...)
	c.Stdout, c.Stderr = output, output
	c.WaitDelay = waitOutput
	c.SysProcAttr = endWithParent()
	if err := c.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	forsaken := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // ends with who has started the guard
		h.waitForsaken()
		close(forsaken)
	}()
	select {
	case err := <-ended:
		if err == nil || errors.Is(err, exec.ErrWaitDelay) {
			return errEnded
		}
		return err
	case <-forsaken:
	}
	_ = syscall.Kill(-syscall.Getpgrp(), syscall.SIGTERM)
	select {
	case <-ended:
	case <-time.After(guardGrace):
	}
	return errors.New("nobody looked after it any more")
}

// waitForsaken returns when nobody has held the keeper's lock for the lease.
func (h *Home) waitForsaken() {
	seen := time.Now()
	ticker := time.NewTicker(lookAtKeeper)
	defer ticker.Stop()
	for range ticker.C {
		file, ok, err := lock(h.Keeper, syscall.LOCK_SH)
		if ok {
			_ = file.Close()
		}
		if err == nil && !ok {
			seen = time.Now()
		}
		if time.Since(seen) > cmp.Or(h.Lease, usualLease) {
			return
		}
	}
}

// Lock locks a file, by flock, until it is closed. ok is false if somebody else has
// locked it.
func Lock(name string) (file *os.File, ok bool, err error) { return lock(name, syscall.LOCK_EX) }
