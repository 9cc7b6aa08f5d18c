package deploy

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
)

// lines keeps the last lines of what a model writes, and passes all on.
type lines struct {
	mu      sync.Mutex
	to      io.Writer // nil for nobody
	last    []string
	partial []byte
}

const (
	keptLines = 10
	maxKept   = 500 // bytes of a line
)

// Write takes in a part of the output. It never fails, as the model would.
func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.to != nil {
		_, _ = l.to.Write(p)
	}
	for _, c := range p {
		switch {
		case c == '\n':
			if len(l.last) == keptLines {
				l.last = append(l.last[:0], l.last[1:]...)
			}
			l.last = append(l.last, string(l.partial))
			l.partial = l.partial[:0]
		case len(l.partial) < maxKept:
			l.partial = append(l.partial, c)
		}
	}
	return len(p), nil
}

// tail returns the last lines.
func (l *lines) tail() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := l.last
	if len(l.partial) > 0 {
		all = append(all[:len(all):len(all)], string(l.partial))
	}
	return strings.Join(all, "\n")
}

// LogFile is a file that what a model writes is appended to. It never takes more than so
// many bytes: a full one becomes NAME.1, that NAME.2 and so on, and the last one goes.
type LogFile struct {
	name string
	most int64
	keep int
	file *os.File // nil if the next one could not be opened
	size int64
}

// OpenLogFile opens a file of at most so many bytes, of which keep old ones are kept.
func OpenLogFile(name string, most int64, keep int) (*LogFile, error) {
	l := &LogFile{name: name, most: most, keep: keep}
	return l, l.open()
}

func (l *LogFile) open() error {
	f, err := os.OpenFile(l.name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		_ = f.Close()
		return err
	}
	l.file, l.size = f, info.Size()
	return nil
}

// Write appends, to a new file if it would be too much for this one.
func (l *LogFile) Write(p []byte) (int, error) {
	if l.file == nil {
		if err := l.open(); err != nil {
			return 0, err
		}
	}
	if l.size > 0 && l.size+int64(len(p)) > l.most {
		if err := l.rotate(); err != nil {
			return 0, err
		}
	}
	n, err := l.file.Write(p)
	l.size += int64(n)
	return n, err
}

func (l *LogFile) rotate() error {
	err := l.file.Close()
	if l.file = nil; err != nil {
		return err
	}
	for i := l.keep; i > 0; i-- {
		from := l.name
		if i > 1 {
			from = fmt.Sprintf("%s.%d", l.name, i-1)
		}
		_ = os.Rename(from, fmt.Sprintf("%s.%d", l.name, i)) // it may not be there
	}
	if l.keep == 0 {
		_ = os.Remove(l.name)
	}
	return l.open()
}

// Close closes the file.
func (l *LogFile) Close() error {
	if l.file == nil {
		return nil
	}
	return l.file.Close()
}
