//go:build unix

package deploy

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"syscall"
	"time"
)

// process is a model under way: a group of processes below a guard, which ends them when
// this process is gone.
type process struct {
	pid    int           // of the guard, and of the group
	done   chan struct{} // closed when it has ended
	err    error         // of the process, after done
	output func() string // returns its last lines
}

// waitOutput is how long the output of a process that has ended is read on.
const waitOutput = time.Second

// start starts a command in a folder. The guard is the command line of a program that
// calls Guard with what follows; without one nobody ends the processes if this one is
// killed.
func start(guard, command []string, folder string, environment []string, output *lines) (*process, error) {
	alive, ours, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer func() { _ = alive.Close() }()
	all := slices.Concat(guard, command)
	c := exec.Command(all[0], all[1:]...)
	c.Dir, c.Env, c.Stdout, c.Stderr, c.Stdin = folder, append(environment[:len(environment):len(environment)], mark(folder)), output, output, alive
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.WaitDelay = waitOutput // a child that goes on may hold the output
	if err := c.Start(); err != nil {
		_ = ours.Close()
		return nil, err
	}
	p := &process{pid: c.Process.Pid, done: make(chan struct{}), output: output.tail}
	go func() {
		p.err = c.Wait()
		p.signal(syscall.SIGKILL) // what is left of the group
		endMarked(mark(folder))
		_ = ours.Close()
		close(p.done)
	}()
	return p, nil
}

func (p *process) signal(s syscall.Signal) { _ = syscall.Kill(-p.pid, s) }

// stop asks the processes to end, and ends them after a time, or when hurry is closed.
func (p *process) stop(grace time.Duration, hurry <-chan struct{}) {
	select {
	case <-p.done:
		return
	default:
		p.signal(syscall.SIGTERM)
	}
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-p.done:
		return
	case <-timer.C:
	case <-hurry:
	}
	p.signal(syscall.SIGKILL)
	<-p.done
}

// guardGrace is how long processes have to end when nobody looks after them any more.
const guardGrace = 5 * time.Second

// Guard runs a command until it ends, and returns its exit code. If standard input ends
// before, as whoever started the guard is gone, it ends all processes of its group.
func Guard(command []string) int {
	if len(command) > 0 && command[0] == atHome {
		return guardAt(command[1:])
	}
	// These are meant for the command, which would inherit that they are ignored.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	c := exec.Command(command[0], command[1:]...)
	c.Stdout, c.Stderr = os.Stdout, os.Stderr
	if err := c.Start(); err != nil {
		_, _ = io.WriteString(os.Stderr, err.Error()+"\n")
		return 127
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	orphaned := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		close(orphaned)
	}()
	select {
	case err := <-ended:
		return exitCode(err)
	case <-orphaned:
	}
	group := -syscall.Getpgrp()
	_ = syscall.Kill(group, syscall.SIGTERM)
	select {
	case <-ended:
	case <-time.After(guardGrace):
	}
	endMarked(mark(os.Getenv(markName)))
	_ = syscall.Kill(group, syscall.SIGKILL) // the guard too
	return 1
}

func exitCode(err error) int {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit) && exit.ExitCode() >= 0:
		return exit.ExitCode()
	}
	return 1
}
