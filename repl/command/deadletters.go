package command

import (
	"fmt"
	"io"
	"os"
)

// deadLetters is the file of messages with errors; nil if there is none.
type deadLetters struct{ file *os.File }

// openDeadLetters opens the file to append to it, as it may hold those of an earlier
// run. An empty name is none.
func openDeadLetters(name string, in *inputs) (*deadLetters, error) {
	if name == "" {
		return nil, nil
	}
	file, err := os.OpenFile(name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, fmt.Errorf("--errors: %w", err)
	}
	if info, err := file.Stat(); err == nil && in.holds(info) {
		_ = file.Close() // nothing was written
		return nil, fmt.Errorf("--errors: %s is an input too, which would never end", name)
	}
	return &deadLetters{file}, nil
}

// writer returns what the letters are written to; nil for none.
func (d *deadLetters) writer() io.Writer {
	if d == nil {
		return nil
	}
	return d.file
}

// close returns the error of a write that was still to be done.
func (d *deadLetters) close() error {
	if d == nil {
		return nil
	}
	if err := d.file.Close(); err != nil {
		return fmt.Errorf("--errors: %w", err)
	}
	return nil
}
