package control

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
	"unicode/utf8"
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

// Found is a line of a log that was looked for.
type Found struct {
	Replica int    `json:"replica"`
	Line    string `json:"line"`
}

// mostFull is how many full files a log may have.
const mostFull = 9

// FindInLogs returns the last lines that replicas have written which hold a text, whatever
// the case, in all that is kept of them: at most so many. More is how many others there are.
// Long lines are cut.
func (c *Controller) FindInLogs(ctx context.Context, model, version string, replicas []int, text string, most int) (found []Found, more int, err error) {
	if err := (&Spec{Model: model, Version: version}).check(); err != nil {
		return nil, 0, err
	}
	wanted := bytes.ToLower([]byte(text))
	var lower []byte // of a line
	for _, replica := range replicas {
		name := logFile(filepath.Join(c.options.Folder, logsName), model, version, replica)
		names := []string{name}
		for n := 1; n <= mostFull; n++ { // those that were put aside as they were full
			names = append(names, fmt.Sprintf("%s.%d", name, n))
		}
		slices.Reverse(names) // the oldest first
		for _, file := range names {
			err := eachLine(ctx, file, func(line []byte) {
				if lower = appendLower(lower[:0], line); !bytes.Contains(lower, wanted) {
					return
				}
				if len(found) == most {
					found = found[1:]
					more++
				}
				found = append(found, Found{replica, string(line)})
			})
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return nil, 0, err
			}
		}
	}
	return found, more, nil
}

// appendLower appends a text in lower case.
func appendLower(dst, text []byte) []byte {
	for n, c := range text {
		switch {
		case c >= utf8.RuneSelf:
			return append(dst, bytes.ToLower(text[n:])...)
		case 'A' <= c && c <= 'Z':
			c += 'a' - 'A'
		}
		dst = append(dst, c)
	}
	return dst
}

// eachLine calls do for the lines of a file, of which each is cut into pieces that are not
// too long.
func eachLine(ctx context.Context, name string, do func(line []byte)) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	const piece = 64 << 10
	lines := bufio.NewReaderSize(file, piece)
	for n := 0; ; n++ {
		if n%1000 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		line, err := lines.ReadSlice('\n')
		if len(line) > 0 {
			do(bytes.TrimRight(line, "\r\n"))
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
	}
}
