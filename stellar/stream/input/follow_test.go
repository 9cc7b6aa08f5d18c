package input

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/stream"
)

const deadline = 20 * time.Second

// followed is what comes of following files.
type followed struct {
	t     *testing.T
	file  io.ReadCloser
	lines chan string // with their places

	mu      sync.Mutex
	notices []string
}

// followFiles follows files until the test ends.
func followFiles(t *testing.T, options Options, stdin io.Reader, names ...string) *followed {
	f := &followed{t: t, lines: make(chan string)}
	before := runtime.NumGoroutine()
	file, err := options.Follow(names, stdin, func(notice string) {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.notices = append(f.notices, notice)
	}).Open()
	require.NoError(t, err)
	f.file = file
	go func() {
		defer close(f.lines)
		buffered := bufio.NewReader(file)
		for n := int64(1); ; n++ {
			line, err := buffered.ReadString('\n')
			if err != nil {
				f.lines <- err.Error()
				return
			}
			at := file.(stream.Located).Locate(n)
			at.Source = filepath.Base(at.Source)
			f.lines <- at.String() + " " + strings.TrimSuffix(line, "\n")
		}
	}()
	t.Cleanup(func() {
		require.NoError(t, file.Close())
		for range f.lines { // up to the end
		}
		require.Eventually(t, func() bool { return runtime.NumGoroutine() <= before+1 }, deadline, time.Millisecond)
	})
	return f
}

// next is the next line.
func (f *followed) next() string {
	select {
	case line := <-f.lines:
		return line
	case <-time.After(deadline):
		require.FailNow(f.t, "no line comes", "%v", f.notices)
		return ""
	}
}

// noticed waits for a notice.
func (f *followed) noticed(part string) {
	require.Eventually(f.t, func() bool {
		f.mu.Lock()
		defer f.mu.Unlock()
		return strings.Contains(strings.Join(f.notices, "\n"), part)
	}, deadline, time.Millisecond)
}

// write appends to a file.
func write(t *testing.T, file *os.File, text string) {
	_, err := file.WriteString(text)
	require.NoError(t, err)
}

// create makes a file, or empties it.
func create(t *testing.T, name string) *os.File {
	file, err := os.OpenFile(name, os.O_CREATE|os.O_APPEND|os.O_WRONLY|os.O_TRUNC, 0o644)
	require.NoError(t, err)
	t.Cleanup(func() { _ = file.Close() })
	return file
}

// TestFollow: a file is made, grows, is renamed and written to, and gets a successor.
func TestFollow(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a")
	f := followFiles(t, Options{}, nil, name)
	f.noticed("a is not there yet, and is waited for")
	file := create(t, name)
	write(t, file, "{\"n\":1}\n{\"n\"")
	require.Equal(t, `a:1 {"n":1}`, f.next())
	write(t, file, ":2}\n")
	require.Equal(t, `a:2 {"n":2}`, f.next())

	require.NoError(t, os.Rename(name, name+".1"))
	write(t, file, "{\"n\":3}\n")
	require.Equal(t, `a:3 {"n":3}`, f.next())
	second := create(t, name) // what writes does not know of it yet
	write(t, file, "{\"n\":4}\n{\"n\":5}")
	require.Equal(t, `a:4 {"n":4}`, f.next())
	write(t, second, "{\"n\":6}\n")
	require.Equal(t, `a:5 {"n":5}`, f.next())
	require.Equal(t, `a:1 {"n":6}`, f.next())
	f.noticed("a is another file now")

	write(t, second, "{\"n\":7}\n")
	require.Equal(t, `a:2 {"n":7}`, f.next())
	require.NoError(t, second.Truncate(0))
	f.noticed("a was emptied, and is read from its beginning")
	write(t, second, "{\"n\":8}\n")
	require.Equal(t, `a:1 {"n":8}`, f.next())
}

// TestFollowRotation: no line is lost, and none comes in another order, while a file is
// rotated over and over.
func TestFollowRotation(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a")
	const files, lines = 4, 500
	go func() {
		file := create(t, name)
		for n := range files * lines {
			if n > 0 && n%lines == 0 {
				_ = os.Rename(name, fmt.Sprint(name, ".", n/lines))
				next := create(t, name)
				for range 20 { // as logrotate's create does, before it tells who writes
					_, _ = fmt.Fprintf(file, "{\"late\":%d}\n", n)
					time.Sleep(time.Millisecond)
				}
				file = next
			}
			_, _ = fmt.Fprintf(file, "{\"n\":%d}\n", n)
			for n%lines == lines-1 { // a follower that saw nothing of a file would lose it
				if _, err := os.Stat(name + ".read"); err == nil {
					_ = os.Remove(name + ".read")
					break
				}
				time.Sleep(time.Millisecond)
			}
		}
	}()
	f := followFiles(t, Options{}, nil, name)
	for n := range files * lines {
		if n > 0 && n%lines == 0 {
			for i := range 20 {
				require.Equal(t, fmt.Sprintf(`a:%d {"late":%d}`, lines+1+i, n), f.next())
			}
		}
		require.Contains(t, f.next(), fmt.Sprintf(` {"n":%d}`, n))
		if n%lines == lines-1 {
			require.NoError(t, os.WriteFile(name+".read", nil, 0o644))
		}
	}
}

// TestFollowSeveral: files and stdin are read at the same time, each line in one piece,
// and messages of several lines are.
func TestFollowSeveral(t *testing.T) {
	folder := t.TempDir()
	a, b := create(t, filepath.Join(folder, "a")), create(t, filepath.Join(folder, "b"))
	in, stdin := io.Pipe()
	f := followFiles(t, Options{}, in, a.Name(), b.Name(), "-")
	t.Cleanup(func() { _ = stdin.Close() })
	write(t, a, "{\"a\":1}\n{\"a\"")
	require.Equal(t, `a:1 {"a":1}`, f.next())
	write(t, b, "{\n\"b\":1}\n{\"b\":")
	require.Equal(t, `b:1 (message 1) {"b":1}`, f.next())
	_, err := stdin.Write([]byte("{}\n"))
	require.NoError(t, err)
	require.Equal(t, `stdin:1 {}`, f.next())
	write(t, a, ":2}\n")
	require.Equal(t, `a:2 {"a":2}`, f.next())
	write(t, b, "2}")
	require.Equal(t, `b:3 (message 2) {"b":2}`, f.next())
	write(t, a, "{}\n")
	require.Equal(t, `a:3 {}`, f.next())

	long := strings.Repeat("x", maxFirst+2*bufferSize)
	write(t, a, long)
	write(t, b, "\n{}\n") // comes before the long line or after it
	write(t, a, long+"\n{}\n")
	got := []string{f.next(), f.next(), f.next()}
	got = slices.DeleteFunc(got, func(line string) bool { return line == `b:4 (message 3) {}` })
	require.Len(t, got, 2)
	require.True(t, got[0] == `a:4 `+long+long)
	require.Equal(t, `a:5 {}`, got[1])
}

// TestFollowCompressed: what is appended to a compressed file comes at once, though
// nothing follows it, and its successor is read.
func TestFollowCompressed(t *testing.T) {
	for _, by := range []string{"gzip", "zstd"} {
		t.Run(by, func(t *testing.T) {
			name := filepath.Join(t.TempDir(), "a")
			file := create(t, name)
			f := followFiles(t, Options{}, nil, name)
			for n := range 3 {
				write(t, file, string(encodings[by](t, fmt.Sprintf("{\"n\":%d}\n", n))))
				require.Equal(t, fmt.Sprintf(`a:%d {"n":%d}`, n+1, n), f.next())
			}
			large := strings.Repeat("x", 3*bufferSize)
			write(t, file, string(encodings[by](t, "{}\n"+large+"\n")))
			require.Equal(t, "a:4 {}", f.next())
			require.Equal(t, "a:5 "+large, f.next())
			parts := encodings[by](t, "{\"n\":5}\n")
			write(t, file, string(parts[:3]))
			write(t, file, string(parts[3:]))
			require.Equal(t, `a:6 {"n":5}`, f.next())

			require.NoError(t, os.Rename(name, name+".1"))
			write(t, create(t, name), string(encodings[by](t, "{\"n\":6}\n")))
			require.Equal(t, `a:1 {"n":6}`, f.next())
		})
	}
}

// TestFollowFailure: what cannot be read is said with its name.
func TestFollowFailure(t *testing.T) {
	folder := t.TempDir()
	f := followFiles(t, Options{}, nil, folder)
	require.Equal(t, folder+": read "+folder+": is a directory", f.next())
}
