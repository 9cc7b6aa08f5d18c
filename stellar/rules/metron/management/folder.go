package management

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Folder is a store in files of a folder, with the names that the files of Metron's
// distribution have: global.json, parsers/squid.json.
type Folder struct{ root *os.Root }

var _ Store = (*Folder)(nil)

// OpenFolder returns the store of a folder, which must be closed. Nothing outside of the
// folder is read or written, whatever links there are.
func OpenFolder(path string) (*Folder, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, fmt.Errorf("configurations: %w", err)
	}
	return &Folder{root}, nil
}

// Close closes the folder.
func (f *Folder) Close() error { return f.root.Close() }

const folderEnding = ".json"

// Read implements Store.
func (f *Folder) Read(ctx context.Context, path string) (text []byte, found bool, err error) {
	if err := ctx.Err(); err != nil {
		return nil, false, err
	}
	name := filepath.FromSlash(path) + folderEnding
	switch about, err := f.root.Stat(name); {
	case errors.Is(err, fs.ErrNotExist):
		return nil, false, nil
	case err != nil:
		return nil, false, err
	case !about.Mode().IsRegular(): // to open a pipe would wait
		return nil, false, errors.New("it is no file")
	}
	file, err := f.root.Open(name)
	if err != nil {
		return nil, false, err
	}
	defer func() { _ = file.Close() }() // nothing was written
	text, err = io.ReadAll(io.LimitReader(file, maxConfig+1))
	if err == nil && len(text) > maxConfig {
		err = fmt.Errorf("it has more than %d bytes", maxConfig)
	}
	return text, err == nil, err
}

// Write implements Store. A file is replaced when all of the new one is written.
func (f *Folder) Write(ctx context.Context, path string, text []byte) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	name := filepath.FromSlash(path) + folderEnding
	if err := f.root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	fresh := name + ".new"
	err := f.root.WriteFile(fresh, text, 0o644)
	if err == nil {
		err = f.root.Rename(fresh, name)
	}
	if err != nil {
		_ = f.root.Remove(fresh)
	}
	return err
}
