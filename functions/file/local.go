package file

import (
	"context"
	"io/fs"
	"path/filepath"

	"github.com/stellarlang/stellar/functions/internal/folder"
)

// Local is the files of this machine below a folder, or all of them.
type Local struct{ folder *folder.Folder }

var _ System = (*Local)(nil)

// OpenLocal returns the files below a folder, whose paths are absolute or begin there. It
// must be closed.
func OpenLocal(path string) (*Local, error) {
	f, err := folder.Open(path)
	if err != nil {
		return nil, err
	}
	return &Local{f}, nil
}

// AllLocal returns all files that the process may use.
func AllLocal() *Local { return &Local{folder.Whole()} }

// Close closes the folder.
func (l *Local) Close() error { return l.folder.Close() }

// Read implements System.
func (l *Local) Read(ctx context.Context, path string, most int64) ([]byte, error) {
	content, _, err := l.folder.Read(ctx, path, most)
	return content, err
}

// Write implements System.
func (l *Local) Write(ctx context.Context, path string, content []byte) error {
	return l.folder.Write(ctx, path, content)
}

// Remove implements System.
func (l *Local) Remove(ctx context.Context, path string, recursive bool) error {
	return l.folder.Remove(ctx, path, recursive)
}

// List implements System.
func (l *Local) List(ctx context.Context, path string, most int) ([]Entry, error) {
	if path == "" {
		var err error
		if path, err = l.folder.Home(); err != nil {
			return nil, err
		}
	}
	found, err := l.folder.ReadDir(ctx, path, most)
	if err != nil {
		return nil, err
	}
	owners := owners{}
	entries := make([]Entry, len(found))
	for i, about := range found {
		entries[i] = entryOf(about, owners)
	}
	return entries, nil
}

func entryOf(about fs.FileInfo, owners owners) Entry {
	e := Entry{
		Permission: about.Mode().Perm().String()[1:], Size: about.Size(), Modified: about.ModTime(), Name: filepath.Base(about.Name()),
	}
	e.Owner, e.Group = owners.of(about)
	return e
}

// owners are the names of users and groups that are known already, by their number.
type owners map[string]string
