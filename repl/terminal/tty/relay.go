//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package tty

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
	"golang.org/x/term"
)

// relay passes on what is typed to an editor.
type relay struct {
	master, slave *os.File
	told, tell    *os.File // a pipe of commands
	restore       func()   // the mode of the terminal
	ended         chan struct{}

	queue  [][]byte // to be passed on
	begun  bool     // the first of them is, in part
	answer []byte   // to be passed on before those that are not begun

	passed    time.Time // when the last was
	questions int       // that had been asked then
}

// The commands of a relay.
const (
	halt      = 'h'
	interrupt = 'i'
	hangUp    = 'u' // nothing more is to be read
)

const ctrlC = "\x03"

// keyTime is how long an editor may take to do what a key says, before it asks where the
// cursor is, or waits for another key.
const keyTime = 100 * time.Millisecond

// atOnce is how many bytes are passed on at once, less than a pseudo-terminal holds.
const atOnce = 2048

// Relay calls edit with a pseudo-terminal in the place of standard input. When ctx ends, it
// interrupts edit, until that returns; in the end nothing more can be read there. The mode
// of the terminal is restored in any case, also if edit panics.
func (t *Terminal) Relay(ctx context.Context, edit func()) error {
	master, slave, err := pty.Open()
	if err != nil {
		return fmt.Errorf("pseudo-terminal: %w", err)
	}
	defer master.Close()
	defer slave.Close()
	r := &relay{master: master, slave: slave}
	if _, err := term.MakeRaw(int(slave.Fd())); err != nil {
		return fmt.Errorf("pseudo-terminal: %w", err)
	}
	if err := t.start(r); err != nil {
		return err
	}
	defer t.stop(r)
	if err := unix.Dup2(int(slave.Fd()), 0); err != nil {
		return fmt.Errorf("standard input: %w", err)
	}
	defer unix.Dup2(int(t.in.Fd()), 0)
	defer context.AfterFunc(ctx, t.end)()
	continued := make(chan os.Signal, 1)
	signal.Notify(continued, syscall.SIGCONT)
	go t.resume(continued)
	defer close(continued)
	defer signal.Stop(continued)
	edit()
	return nil
}

// resume restores the mode of the terminal whenever the process is continued, as whoever
// stopped it has set another one, and has the editor draw again.
func (t *Terminal) resume(continued <-chan os.Signal) {
	for range continued {
		t.mu.Lock()
		reading := t.relay != nil
		t.mu.Unlock()
		if reading {
			_, _ = t.raw() // stop restores the mode from before
			_ = syscall.Kill(os.Getpid(), syscall.SIGWINCH)
		}
	}
}

// end has the editor return. What it does at the moment may need more than one Ctrl-C.
func (t *Terminal) end() {
	for began := time.Now(); time.Since(began) < time.Second; time.Sleep(20 * time.Millisecond) {
		if !t.tell(interrupt) {
			return
		}
	}
	t.tell(hangUp)
}

// Interrupt does what Ctrl-C does.
func (t *Terminal) Interrupt() { t.tell(interrupt) }

// Outside calls run while the terminal has the mode that it had, and nothing is read from
// it here. Edit may call it.
func (t *Terminal) Outside(run func(terminal *os.File) error) error {
	r := t.relay
	t.stop(r)
	err := run(t.in)
	if failed := t.start(r); failed != nil {
		return failed
	}
	return err
}

// Suspend stops the process until its shell continues it. Edit may call it.
func (t *Terminal) Suspend() error {
	return t.Outside(func(*os.File) error {
		continued := make(chan os.Signal, 1)
		signal.Notify(continued, syscall.SIGCONT)
		defer signal.Stop(continued)
		if err := syscall.Kill(0, syscall.SIGTSTP); err != nil {
			return err
		}
		select {
		case <-continued:
		case <-time.After(100 * time.Millisecond): // nobody could continue it, so it was not stopped
		}
		return nil
	})
}

// tell has the relay do something, and reports whether there is one.
func (t *Terminal) tell(command byte) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.relay == nil {
		return false
	}
	_, _ = t.relay.tell.Write([]byte{command})
	return true
}

// start has the relay pass on what is typed.
func (t *Terminal) start(r *relay) (err error) {
	if r.told, r.tell, err = os.Pipe(); err != nil {
		return err
	}
	if r.restore, err = t.raw(); err != nil {
		return err
	}
	r.queue, t.early = slices.DeleteFunc(t.early, func(typed []byte) bool { return !t.passes(typed) }), nil
	r.ended = make(chan struct{})
	r.passed = time.Now() // the editor asks before it waits for the first key
	r.questions, _ = t.questions()
	t.mu.Lock()
	t.relay = r
	t.mu.Unlock()
	go func() {
		defer close(r.ended)
		t.run(r)
	}()
	return nil
}

// stop undoes start. What was typed and not read is kept.
func (t *Terminal) stop(r *relay) {
	t.tell(halt)
	<-r.ended
	t.mu.Lock()
	t.relay = nil
	t.mu.Unlock()
	_, _ = r.told.Close(), r.tell.Close()
	r.restore()
	slave := int(r.slave.Fd())
	for {
		buffer := make([]byte, atOnce)
		if ready, _ := readable(0, slave); ready != slave {
			break
		}
		n, err := syscall.Read(slave, buffer)
		if err != nil || n == 0 {
			break
		}
		t.early = append(t.early, buffer[:n])
	}
	t.early = append(t.early, r.queue...)
	r.queue, r.begun, r.answer = nil, false, nil
}

// run is the relay. It passes a key on when the last was done: the editor expects that
// nothing comes together with an answer, or with a key that is part of a command.
func (t *Terminal) run(r *relay) {
	told := int(r.told.Fd())
	for {
		wait := time.Duration(-1)
		if left, awaited := t.awaits(); awaited {
			if wait = left; left == 0 {
				r.answer = t.answers(nil)
			}
		}
		for r.pass(t.questions()) {
		}
		if len(r.queue) > 0 || r.answer != nil {
			wait = time.Millisecond
		}
		pieces, err := t.read(wait, told)
		for _, p := range pieces {
			switch _, awaited := t.awaits(); {
			case p.kind == keys && !t.passes(p.text):
			case p.kind == keys, p.kind == paste:
				r.queue = append(r.queue, p.units()...)
			case awaited && (p.kind == answer || t.isNarrow()):
				r.answer = t.answers(p.text)
			}
		}
		if err != nil {
			_ = r.master.Close()
			told := make([]byte, 1)
			for told[0] != halt {
				if _, err := r.told.Read(told); err != nil {
					return
				}
			}
			return
		}
		if ready, _ := readable(0, told); ready != told {
			continue
		}
		command := make([]byte, 1)
		_, _ = r.told.Read(command)
		switch command[0] {
		case halt:
			return
		case interrupt:
			r.queue = append(r.queue, []byte(ctrlC))
		case hangUp:
			_ = r.master.Close()
		}
	}
}

// pass passes a piece on, or a part of it, if the last was read, and also done if it was a
// key. It reports whether it did.
func (r *relay) pass(asked int, awaited bool) bool {
	slave := int(r.slave.Fd())
	if ready, err := readable(0, slave); err != nil || ready == slave {
		return false
	}
	switch {
	case r.answer != nil && !r.begun:
		_, _ = r.master.Write(r.answer)
		r.answer = nil
	case len(r.queue) > 0 && (r.begun || !awaited && (asked > r.questions || time.Since(r.passed) > keyTime)):
		r.passed, r.questions = time.Now(), asked
		first := r.queue[0]
		n := min(len(first), atOnce)
		_, _ = r.master.Write(first[:n])
		if r.begun = n < len(first); r.begun {
			r.queue[0] = first[n:]
		} else {
			r.queue = r.queue[1:]
		}
	default:
		return false
	}
	return true
}
