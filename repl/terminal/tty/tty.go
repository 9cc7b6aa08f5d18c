//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

// Package tty stands between a terminal and a line editor that is easily confused by
// what terminals send.
//
// While a text is read, the editor finds a pseudo-terminal in the place of standard
// input, and gets what the person types through it, in pieces that come one after
// another: whole sequences of keys; answers to the question where the cursor is, which
// come if and only if it was asked, even from a terminal that stays silent; and what is
// pasted, with or without marks, as one paste. The output is the terminal itself.
package tty

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
	"golang.org/x/term"
)

// ErrNoAnswer says that a terminal does not answer questions.
var ErrNoAnswer = errors.New("the terminal does not say where the cursor is")

// answerTime is how long a terminal may take to say where the cursor is.
const answerTime = 300 * time.Millisecond

// question has a terminal say where the cursor is.
const question = "\x1b[6n"

// Terminal is the terminal at standard input and output.
type Terminal struct {
	// Dropped is called after a paste was too long. It must be set before Relay is called.
	Dropped func()
	// Knows reports whether the editor does something with a sequence that a key sends, such
	// as ESC [ 5 ~; it would write the end of one that it does not know into the text. Nil
	// knows all. It must be set before Relay is called, and is called by another goroutine.
	Knows func(sequence string) bool

	in    *os.File // standard input, whatever stands in its place
	input input
	early [][]byte // read and not yet passed on
	relay *relay   // nil unless an editor reads

	mu       sync.Mutex
	asked    time.Time // when the answer that is awaited was asked for, or zero
	count    int       // of questions
	answered []byte    // the last one
}

// Open asks the terminal where the cursor is, as editors do all the time, and fails with
// ErrNoAnswer if no answer comes. Then the terminal is returned, too, for what was typed.
// Pastes of more than limit bytes are dropped.
func Open(ctx context.Context, limit int) (*Terminal, error) {
	fd, err := unix.FcntlInt(0, unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		return nil, fmt.Errorf("standard input: %w", err)
	}
	t := &Terminal{in: os.NewFile(uintptr(fd), "terminal"), input: input{limit: limit}}
	restore, err := t.raw()
	if err != nil {
		return nil, err
	}
	defer restore()
	t.Asks()
	if _, err := os.Stdout.WriteString("\r" + question); err != nil {
		return nil, err
	}
	for t.answered == nil {
		left, _ := t.awaits()
		if left == 0 || ctx.Err() != nil {
			return t, ErrNoAnswer
		}
		pieces, err := t.read(left)
		if err != nil {
			return nil, err
		}
		for _, p := range pieces {
			switch p.kind {
			case keys, paste:
				t.early = append(t.early, p.units()...)
			case answer:
				t.answers(p.text)
			}
		}
	}
	return t, nil
}

// Typed returns what was typed and not passed on, and forgets it.
func (t *Terminal) Typed() string {
	typed := bytes.Join(append(t.early, t.input.rest), nil)
	t.early, t.input.rest = nil, nil
	typed = bytes.ReplaceAll(typed, []byte(pasteBegins), nil)
	return string(bytes.ReplaceAll(typed, []byte(pasteEnds), nil))
}

// passes reports whether the editor is to have what was typed, which may be a sequence that
// a key sends.
func (t *Terminal) passes(typed []byte) bool {
	const shortest = 3 // as Escape and a letter are a key everywhere
	if t.Knows == nil || len(typed) < shortest || len(sequence.Find(typed)) < len(typed) {
		return true
	}
	return t.Knows(string(typed))
}

// Asks must be called when the editor is about to ask where the cursor is.
func (t *Terminal) Asks() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.asked = time.Now()
	t.count++
}

// questions returns how many there were, and whether the last is still to be answered.
func (t *Terminal) questions() (count int, awaited bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.count, !t.asked.IsZero()
}

// awaits returns how much time is left for an answer, and whether one is awaited.
func (t *Terminal) awaits() (time.Duration, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return max(time.Until(t.asked.Add(answerTime)), 0), !t.asked.IsZero()
}

// answers says that an answer came, and returns it. If none came, it is the last one.
func (t *Terminal) answers(text []byte) []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.asked = time.Time{}
	if text != nil {
		t.answered = text
	}
	return t.answered
}

// raw has the terminal pass each key on, until restore is called. What is written to it
// is still processed.
func (t *Terminal) raw() (restore func(), err error) {
	fd := int(t.in.Fd())
	before, err := term.MakeRaw(fd)
	if err != nil {
		return nil, fmt.Errorf("the terminal's mode: %w", err)
	}
	if mode, err := unix.IoctlGetTermios(fd, getMode); err == nil {
		mode.Oflag |= unix.OPOST
		_ = unix.IoctlSetTermios(fd, setMode, mode) // without, lines begin where the last ended
	}
	return func() { _ = term.Restore(fd, before) }, nil // a terminal that is gone needs no mode
}

// isNarrow reports whether a text may begin in the first columns of the window, below the
// beginning of its prompt.
func (t *Terminal) isNarrow() bool {
	columns, _, err := term.GetSize(int(t.in.Fd()))
	return err == nil && columns < 30
}

// read waits for what the terminal sends, or for one of some other files to be readable,
// and returns the pieces that are complete then.
func (t *Terminal) read(limit time.Duration, others ...int) ([]piece, error) {
	wait := t.input.waits()
	late := wait > 0 && (limit < 0 || wait <= limit)
	if late {
		limit = wait
	}
	fd := int(t.in.Fd())
	ready, err := readable(limit, append(others, fd)...)
	switch {
	case err != nil:
		return nil, err
	case ready == fd:
		buffer := make([]byte, 16<<10)
		n, err := syscall.Read(fd, buffer)
		switch {
		case errors.Is(err, syscall.EINTR), errors.Is(err, syscall.EAGAIN):
			return nil, nil
		case err != nil:
			return nil, fmt.Errorf("the terminal: %w", err)
		case n == 0:
			return nil, errors.New("the terminal is gone")
		}
		dropped := t.input.dropped
		pieces := t.input.add(buffer[:n])
		if t.input.dropped > dropped && t.Dropped != nil {
			t.Dropped()
		}
		return pieces, nil
	case ready < 0 && late:
		return t.input.late(), nil
	}
	return nil, nil
}

// readable waits until a file can be read, and returns the first that can, or -1.
func readable(limit time.Duration, fds ...int) (int, error) {
	timeout := -1
	if limit >= 0 {
		timeout = int((limit + time.Millisecond - 1) / time.Millisecond)
	}
	var files []unix.PollFd
	for _, fd := range fds {
		files = append(files, unix.PollFd{Fd: int32(fd), Events: unix.POLLIN})
	}
	if _, err := unix.Poll(files, timeout); err != nil && !errors.Is(err, unix.EINTR) {
		return -1, fmt.Errorf("the terminal: %w", err)
	}
	for i := range files {
		if files[i].Revents != 0 {
			return fds[i], nil
		}
	}
	return -1, nil
}
