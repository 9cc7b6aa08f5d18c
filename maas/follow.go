package maas

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"sync"
	"time"
)

// FollowOptions configure FollowFile. A zero field means its default.
type FollowOptions struct {
	// Interval is the time between two looks at the file; 50 ms. What changes in it is
	// known in twice that time.
	Interval time.Duration
	// Observe is told of snapshots that follow, and of changes that cannot be read, as
	// Changed and Refused. It must not wait. Nil ignores it.
	Observe func(Event)
}

// File is a registry of what a file lists, which follows the changes of the file.
type File struct {
	memory  *Memory
	path    string
	options FollowOptions
	end     context.CancelFunc
	done    chan struct{}
	close   sync.Once
}

var _ Registry = (*File)(nil)

// FollowFile returns a registry of the instances that a file lists in the form of
// FromFile. It fails as FromFile does. What cannot be read later changes nothing, and is
// told.
func FollowFile(path string, o FollowOptions) (*File, error) {
	o.Interval = cmp.Or(max(o.Interval, 0), 50*time.Millisecond)
	if o.Observe == nil {
		o.Observe = func(Event) {}
	}
	known, _ := os.Stat(path) // before it is read, so that no change is missed
	memory, err := FromFile(path)
	if err != nil {
		return nil, err
	}
	ctx, end := context.WithCancel(context.Background())
	f := &File{memory: memory, path: path, options: o, end: end, done: make(chan struct{})}
	go f.follow(ctx, known)
	return f, nil
}

// Snapshot returns what the file lists, as far as known now.
func (f *File) Snapshot() *Snapshot { return f.memory.Snapshot() }

// Watch returns the present snapshot and, until ctx ends, those that follow.
func (f *File) Watch(ctx context.Context) iter.Seq[*Snapshot] { return f.memory.Watch(ctx) }

// Close ends the looks at the file.
func (f *File) Close() error {
	f.close.Do(f.end)
	<-f.done
	return nil
}

// follow reads the file whenever it is another one than the known, until ctx ends. What
// cannot be read is told once the file has stayed as it is for an interval: until then,
// somebody may be writing it.
func (f *File) follow(ctx context.Context, known fs.FileInfo) {
	defer close(f.done)
	ticker := time.NewTicker(f.options.Interval)
	defer ticker.Stop()
	var trouble error // that was not told yet
	for {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
		now, err := os.Stat(f.path)
		if err != nil {
			now = nil
		}
		if isSame(known, now) {
			if trouble != nil {
				f.options.Observe(Event{Kind: Refused, Subject: f.path, Err: trouble})
				trouble = nil
			}
			continue
		}
		known, trouble = now, nil
		next, err := FromFile(f.path)
		if err != nil {
			trouble = err
			continue
		}
		f.memory.become(next)
		f.options.Observe(Event{Kind: Changed, Subject: f.path})
	}
}

// isSame reports whether a file has not been written between two looks. Nil stands for
// none.
func isSame(a, b fs.FileInfo) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	return os.SameFile(a, b) && a.ModTime().Equal(b.ModTime()) && a.Size() == b.Size()
}

// maxFile bounds a file of models.
const maxFile = 64 << 20

var errFileSize = errors.New("it has more than 64 MiB")

// readFile reads a file of models.
func readFile(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	data, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = fmt.Errorf("%s: %w", path, errFileSize)
	}
	return data, err
}
