package input

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"time"
)

// pollInterval is how often a file is looked at that has nothing new. Looking works on
// every file system, and with every program that rotates files.
const pollInterval = 200 * time.Millisecond

// tail reads a file, and at its end waits for more. Its own end is that of the file's
// name for it: another file has the name now, or the file was emptied.
type tail struct {
	ctx    context.Context
	name   string
	file   *os.File
	offset int64
	notice func(string)
}

// openTail opens a file, or waits until there is one.
func openTail(ctx context.Context, name string, notice func(string)) (*tail, error) {
	for waited := false; ; waited = true {
		file, err := os.Open(name)
		if err == nil {
			return &tail{ctx: ctx, name: name, file: file, notice: notice}, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		if !waited {
			notice(name + " is not there yet, and is waited for")
		}
		if err := pause(ctx); err != nil {
			return nil, err
		}
	}
}

// Close closes the file.
func (t *tail) Close() error { return t.file.Close() }

// Read reads what is there, or waits for it.
func (t *tail) Read(p []byte) (int, error) {
	for last := false; ; {
		n, err := t.file.Read(p)
		t.offset += int64(n)
		switch {
		case n > 0:
			return n, nil
		case err != nil && !errors.Is(err, io.EOF):
			return 0, err
		case last:
			return 0, io.EOF
		}
		if last, err = t.isOver(); err != nil {
			return 0, err
		}
		if !last {
			if err := pause(t.ctx); err != nil {
				return 0, err
			}
		}
	}
}

// isOver reports whether nothing more will come, but what was written before now.
//
// A program that rotates a file makes an empty one of its name, and tells the program
// that writes. That one writes to the old file until it opens the new one: the old one
// is over when the new one is not empty any more.
func (t *tail) isOver() (bool, error) {
	own, err := t.file.Stat()
	if err != nil {
		return false, err
	}
	named, err := os.Stat(t.name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil // it was renamed, and the next one is still to be made
	case err != nil:
		return false, err
	case !os.SameFile(own, named):
		if named.Size() == 0 {
			return false, nil
		}
		t.notice(t.name + " is another file now")
		return true, nil
	case own.Mode().IsRegular() && own.Size() < t.offset:
		t.notice(t.name + " was emptied, and is read from its beginning")
		return true, nil
	}
	return false, nil
}

// pause waits for the time of a look.
func pause(ctx context.Context) error {
	timer := time.NewTimer(pollInterval)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
