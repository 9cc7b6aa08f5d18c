package control

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// maxTail bounds how much of a log is shown at first.
const maxTail = 1 << 20

// followInterval is the time between two looks at a log that is followed.
const followInterval = 100 * time.Millisecond

// Log writes the last lines of what a replica has written, counting from 1, and, if
// follow is set, what it writes until ctx ends. It fails with ErrUnknown if there is
// nothing.
func (c *Controller) Log(ctx context.Context, w io.Writer, model, version string, replica, lines int, follow bool) error {
	if err := (&Spec{Model: model, Version: version}).check(); err != nil {
		return err
	}
	name := logFile(filepath.Join(c.options.Folder, logsName), model, version, replica)
	file, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %s %s has no log of a replica %d", ErrUnknown, model, version, replica)
	}
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	offset, err := writeTail(w, file, lines)
	for err == nil && follow {
		select {
		case <-time.After(followInterval):
		case <-ctx.Done():
			return nil
		}
		var n int64
		n, err = io.Copy(w, io.NewSectionReader(file, offset, 1<<62))
		offset += n
		if now, failed := os.Stat(name); err == nil && failed == nil && n == 0 {
			if old, failed := file.Stat(); failed == nil && !os.SameFile(old, now) { // a full one was put aside
				next, failed := os.Open(name)
				if failed == nil {
					_ = file.Close()
					file, offset = next, 0
				}
			}
		}
	}
	return err
}

// writeTail writes the last lines of a file, and returns its size.
func writeTail(w io.Writer, file *os.File, lines int) (int64, error) {
	info, err := file.Stat()
	if err != nil {
		return 0, err
	}
	size := info.Size()
	from := max(0, size-maxTail)
	text := make([]byte, size-from)
	if _, err := file.ReadAt(text, from); err != nil && !errors.Is(err, io.EOF) {
		return 0, err
	}
	if from > 0 { // the first line is not whole
		_, text, _ = bytes.Cut(text, []byte("\n"))
	}
	end := len(text)
	if end > 0 && text[end-1] == '\n' {
		end--
	}
	begin := end
	for n := 0; n < lines && begin > 0; n++ {
		begin = bytes.LastIndexByte(text[:begin], '\n')
		if begin < 0 {
			begin = 0
			break
		}
		if n == lines-1 {
			begin++
		}
	}
	if lines <= 0 {
		begin = len(text)
	}
	_, err = w.Write(text[begin:])
	return size, err
}
