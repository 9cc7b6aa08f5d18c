package terminal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"
)

// What is kept of a history, the newest entries.
const (
	mostEntries = 10_000
	mostBytes   = 16 << 20
)

// lockTime is how long to wait for another shell that works on a file.
const lockTime = time.Second

// History keeps the texts that were typed, also from one session to the next, in a file
// with a JSON string a line. Several processes may use one file: each finds what was there
// when it began, and adds its own. One without a file is for a session.
type History struct {
	file string // empty if there is none
	warn func(error)

	mu      sync.Mutex
	entries []string
	size    int // of them, in bytes
}

// HistoryFile returns the usual file for a history of a program.
func HistoryFile(program string) (string, error) {
	folder, err := StateFolder(program)
	return filepath.Join(folder, "history"), err
}

// StateFolder returns the usual folder for what a program keeps of itself.
func StateFolder(program string) (string, error) {
	if folder := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(folder) {
		return filepath.Join(folder, program), nil
	}
	var folder string
	var err error
	switch runtime.GOOS {
	case "windows":
		folder, err = os.UserCacheDir()
	case "darwin", "ios":
		folder, err = os.UserConfigDir()
	default:
		folder, err = os.UserHomeDir()
		folder = filepath.Join(folder, ".local", "state")
	}
	if err != nil {
		return "", err
	}
	return filepath.Join(folder, program), nil
}

// OpenHistory reads a history. Lines that are none of one are passed over. If the file
// cannot be read or written, warn is called, once, and texts are only kept for this
// session.
func OpenHistory(file string, warn func(error)) *History {
	h := &History{file: file, warn: warn}
	err := os.MkdirAll(filepath.Dir(file), 0o700)
	if err == nil {
		err = h.load()
	}
	if err != nil {
		h.giveUp(err)
	}
	return h
}

// load reads the file. If it has grown too long, it gets as long as it should be.
func (h *History) load() error {
	unlock := lock(h.file)
	defer unlock()
	file, err := os.OpenFile(h.file, os.O_RDONLY|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer file.Close()
	about, err := file.Stat()
	if err != nil {
		return err
	}
	const most = 2 * mostBytes // as control characters take six bytes in JSON, at the worst less entries stay
	skipped := about.Size() > most
	if skipped {
		if _, err := file.Seek(-most, io.SeekEnd); err != nil {
			return err
		}
	}
	text, err := io.ReadAll(io.LimitReader(file, most))
	if err != nil {
		return err
	}
	if skipped {
		_, text, _ = bytes.Cut(text, []byte("\n"))
	}
	lines := 0
	for line := range bytes.Lines(text) {
		lines++
		if entry := entryOf(line); entry != "" {
			h.keep(entry)
		}
	}
	if skipped || lines > mostEntries+mostEntries/4 || len(text) > mostBytes+mostBytes/4 {
		return h.shorten()
	}
	return nil
}

// shorten writes the entries in the place of the file.
func (h *History) shorten() error {
	file, err := os.CreateTemp(filepath.Dir(h.file), "history")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name()) // if it was not renamed
	for _, entry := range h.entries {
		if err == nil {
			_, err = file.Write(lineOf(entry))
		}
	}
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), h.file)
}

// keep adds an entry, and forgets the oldest if there are too many.
func (h *History) keep(entry string) {
	if n := len(h.entries); n > 0 && h.entries[n-1] == entry {
		return
	}
	h.entries = append(h.entries, entry)
	h.size += len(entry)
	for len(h.entries) > mostEntries || h.size > mostBytes {
		h.size -= len(h.entries[0])
		h.entries[0] = ""
		h.entries = h.entries[1:]
	}
}

// Add adds a text, unless it begins with a blank or is the one that was added last.
func (h *History) Add(text string) {
	text = strings.TrimRightFunc(text, unicode.IsSpace)
	if first, _ := utf8.DecodeRuneInString(text); text == "" || unicode.IsSpace(first) {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if n := len(h.entries); n > 0 && h.entries[n-1] == text {
		return
	}
	h.keep(text)
	if h.file != "" {
		if err := h.append(text); err != nil {
			h.giveUp(err)
		}
	}
}

// append writes an entry to the end of the file, at once, so that entries of several
// processes do not mix.
func (h *History) append(text string) error {
	unlock := lock(h.file)
	defer unlock()
	file, err := os.OpenFile(h.file, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	line := lineOf(text)
	if end, err := file.Seek(0, io.SeekEnd); err == nil && end > 0 {
		last := make([]byte, 1)
		if _, err := file.ReadAt(last, end-1); err == nil && last[0] != '\n' {
			line = append([]byte("\n"), line...) // after a line that was not written to its end
		}
	}
	_, err = file.Write(line)
	return errors.Join(err, file.Close())
}

func lineOf(entry string) []byte {
	line, _ := json.Marshal(entry) // strings never fail
	return append(line, '\n')
}

// entryOf returns the entry of a line, "" if there is none in it.
func entryOf(line []byte) string {
	line = bytes.TrimSpace(line)
	if n := len(line) - 1; n > 0 && line[0] == '"' && bytes.IndexByte(line[1:], '"') == n-1 && bytes.IndexByte(line, '\\') < 0 && utf8.Valid(line) {
		return string(line[1:n]) // most are like that, and decoding takes ten times as long
	}
	var entry string
	if json.Unmarshal(line, &entry) != nil {
		return ""
	}
	return entry
}

// giveUp stops keeping the history in the file.
func (h *History) giveUp(err error) {
	h.file = ""
	h.warn(fmt.Errorf("the history is not kept: %w", err))
}

// Len returns the number of entries.
func (h *History) Len() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.entries)
}

// Entry returns an entry, of which the oldest is number 0; it is empty if there is none.
func (h *History) Entry(i int) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	if i < 0 || i >= len(h.entries) {
		return ""
	}
	return h.entries[i]
}

// findSearched returns where an entry has a text, without regard to case if that is in
// lower case, and -1 if it has not. It is much faster than the regular expression of the
// library, which decides in the end. isSure is false where that alone knows, as it does
// which letters of other scripts are alike.
func findSearched(entry, text string) (at int, isSure bool) {
	if at := strings.Index(entry, text); at >= 0 {
		return at, true
	}
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return -1, false
		}
	}
	if text != strings.ToLower(text) {
		return -1, true
	}
	return indexFold(entry, text), true
}

// indexFold returns where a text has a part, which is in lower case and ASCII, in any case,
// and -1 if it has not.
func indexFold(text, part string) int {
	lower, upper := part[0], strings.ToUpper(part[:1])[0]
	next := func(from int, b byte) int {
		if at := strings.IndexByte(text[from:], b); at >= 0 {
			return from + at
		}
		return len(text)
	}
	atLower, atUpper := next(0, lower), next(0, upper)
	for at := min(atLower, atUpper); at+len(part) <= len(text); at = min(atLower, atUpper) {
		if strings.EqualFold(text[at:at+len(part)], part) {
			return at
		}
		if at == atLower {
			atLower = next(at+1, lower)
		}
		if at == atUpper {
			atUpper = next(at+1, upper)
		}
	}
	return -1
}
