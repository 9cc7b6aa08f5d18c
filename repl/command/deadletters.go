package command

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// deadLetters is the file of messages with errors; nil if there is none.
type deadLetters struct{ file *os.File }

// openDeadLetters opens the file to append to it, as it may hold those of an earlier
// run. An empty name is none. It is refused if it is what the run reads, of which reading
// are the names, or writes otherwise.
func openDeadLetters(name string, in *inputs, reading []string, out fs.FileInfo) (*deadLetters, error) {
	switch name {
	case "":
		return nil, nil
	case "-":
		return nil, errors.New("--errors: errors need a file of their own, and - is standard output")
	}
	file, err := os.OpenFile(name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, fmt.Errorf("--errors: %w", err)
	}
	if info, err := file.Stat(); err == nil {
		why := ""
		switch other := amongFiles(info, reading); {
		case in.holding(info) != "":
			why = "is an input too, which would never end"
		case out != nil && os.SameFile(out, info):
			why = "is where the output goes: one would overwrite the other"
		case other != "":
			why = "is a file that the run reads, and would be spoilt"
		}
		if why != "" {
			_ = file.Close() // nothing was written
			return nil, fmt.Errorf("--errors: %s %s", name, why)
		}
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
