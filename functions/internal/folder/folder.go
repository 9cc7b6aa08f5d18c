// Package folder reads and changes the files below a folder, on behalf of expressions:
// none outside of it, whatever links there are, and none that is not a file.
package folder

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Folder is a folder, or all of the file system.
type Folder struct {
	files files
	paths []string // absolute ones of the folder, nil for all of the file system
	close func() error
}

// files are the operations of *os.Root.
type files interface {
	OpenFile(name string, flag int, mode os.FileMode) (*os.File, error)
	Stat(name string) (os.FileInfo, error)
	Lstat(name string) (os.FileInfo, error)
	MkdirAll(name string, mode os.FileMode) error
	Remove(name string) error
	RemoveAll(name string) error
}

// whole are the same operations anywhere.
type whole struct{}

func (whole) OpenFile(name string, flag int, mode os.FileMode) (*os.File, error) {
	return os.OpenFile(name, flag, mode)
}
func (whole) Stat(name string) (os.FileInfo, error)        { return os.Stat(name) }
func (whole) Lstat(name string) (os.FileInfo, error)       { return os.Lstat(name) }
func (whole) MkdirAll(name string, mode os.FileMode) error { return os.MkdirAll(name, mode) }
func (whole) Remove(name string) error                     { return os.Remove(name) }
func (whole) RemoveAll(name string) error                  { return os.RemoveAll(name) }

// Whole returns all of the file system.
func Whole() *Folder { return &Folder{files: whole{}, close: func() error { return nil }} }

// Open returns a folder, which must be closed.
func Open(path string) (*Folder, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	paths := []string{absolute}
	if real, err := filepath.EvalSymlinks(absolute); err == nil && real != absolute {
		paths = append(paths, real)
	}
	return &Folder{files: root, paths: paths, close: root.Close}, nil
}

// Close closes the folder.
func (f *Folder) Close() error { return f.close() }

// The refusals, besides the errors of package fs.
var (
	ErrOutside  = errors.New("it is outside of the folder that may be used")
	ErrNoFile   = errors.New("it is no file")
	ErrTooLarge = errors.New("it is too large")
)

// name returns what a path is called below the folder. It may be absolute.
func (f *Folder) name(path string) (string, error) {
	if f.paths == nil || !filepath.IsAbs(path) {
		return filepath.Clean(path), nil
	}
	for _, folder := range f.paths {
		if name, err := filepath.Rel(folder, path); err == nil && filepath.IsLocal(name) {
			return name, nil
		}
	}
	return "", ErrOutside
}

// shown takes the path out of an error, which may come from a message. An error of a
// path that leaves the folder becomes ErrOutside.
func shown(err error) error {
	if at, ok := errors.AsType[*fs.PathError](err); ok {
		if strings.Contains(at.Err.Error(), "escapes") {
			return ErrOutside
		}
		return at.Err
	}
	return err
}

// Home returns where lists begin: the folder itself, or the person's home.
func (f *Folder) Home() (string, error) {
	if f.paths != nil {
		return ".", nil
	}
	return os.UserHomeDir()
}

// Stat returns what a path leads to.
func (f *Folder) Stat(path string) (fs.FileInfo, error) {
	name, err := f.name(path)
	if err != nil {
		return nil, err
	}
	about, err := f.files.Stat(name)
	return about, shown(err)
}

// open opens a file that is one, without waiting for it: to open a pipe would.
func (f *Folder) open(name string, flag int) (*os.File, error) {
	switch about, err := f.files.Stat(name); {
	case errors.Is(err, fs.ErrNotExist) && flag&os.O_CREATE != 0:
	case err != nil:
		return nil, shown(err)
	case !about.Mode().IsRegular():
		return nil, ErrNoFile
	}
	file, err := f.files.OpenFile(name, flag|syscall.O_NONBLOCK, 0o644)
	if err != nil {
		return nil, shown(err)
	}
	if about, err := file.Stat(); err != nil || !about.Mode().IsRegular() {
		_ = file.Close()
		return nil, ErrNoFile
	}
	return file, nil
}

// patience is how long the reading of a file may take that waits for something.
const patience = 5 * time.Second

// Read returns the content of a file of so many bytes at most, and what the file was.
func (f *Folder) Read(ctx context.Context, path string, most int64) ([]byte, fs.FileInfo, error) {
	name, err := f.name(path)
	if err != nil {
		return nil, nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	file, err := f.open(name, os.O_RDONLY)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = file.Close() }() // nothing was written
	about, err := file.Stat()
	if err != nil {
		return nil, nil, shown(err)
	}
	if about.Size() > most {
		return nil, nil, fmt.Errorf("%w: it has %d bytes, and %d are allowed", ErrTooLarge, about.Size(), most)
	}
	// Some files of the kernel are regular, but have nothing to be read until something
	// happens. Others cannot wait, nor have a deadline.
	_ = file.SetReadDeadline(time.Now().Add(patience))
	defer context.AfterFunc(ctx, func() { _ = file.SetReadDeadline(time.Now()) })()
	content, err := io.ReadAll(&until{ctx, io.LimitReader(file, most+1)})
	if err == nil && int64(len(content)) > most {
		err = fmt.Errorf("%w: it has more than %d bytes", ErrTooLarge, most)
	}
	if err != nil {
		return nil, nil, shown(err)
	}
	return content, about, nil
}

// until is a reader that fails when ctx ends.
type until struct {
	ctx context.Context
	io.Reader
}

func (u *until) Read(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.Reader.Read(p)
}

// Write makes the content of a file, and the folders that it is in.
func (f *Folder) Write(ctx context.Context, path string, content []byte) error {
	name, err := f.name(path)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := f.files.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return shown(err)
	}
	file, err := f.open(name, os.O_WRONLY|os.O_CREATE)
	if err != nil {
		return err
	}
	if err = file.Truncate(0); err == nil {
		_, err = file.Write(content)
	}
	if closing := file.Close(); err == nil {
		err = closing
	}
	return shown(err)
}

// Remove removes what is at a path, with all that is in it if recursive. It is no error
// if there is nothing. A link is removed, not what it leads to.
func (f *Folder) Remove(ctx context.Context, path string, recursive bool) error {
	name, err := f.name(path)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if name == "." || name == filepath.Dir(name) {
		return errors.New("the folder itself cannot be removed")
	}
	remove := f.files.Remove
	if recursive {
		remove = f.files.RemoveAll
	}
	if err = remove(name); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return shown(err)
}

// ReadDir returns what is in a folder, so many entries at most, in no order; of a file
// itself.
func (f *Folder) ReadDir(ctx context.Context, path string, most int) ([]fs.FileInfo, error) {
	name, err := f.name(path)
	if err != nil {
		return nil, err
	}
	switch about, err := f.files.Stat(name); {
	case err != nil:
		return nil, shown(err)
	case !about.IsDir():
		return []fs.FileInfo{about}, nil
	}
	folder, err := f.files.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, shown(err)
	}
	defer func() { _ = folder.Close() }() // nothing was written
	var all []fs.FileInfo
	for {
		names, err := folder.Readdirnames(256)
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, shown(err)
		}
		if len(all)+len(names) > most {
			return nil, fmt.Errorf("%w: it has more than %d entries", ErrTooLarge, most)
		}
		for _, entry := range names {
			about, err := f.files.Lstat(filepath.Join(name, entry))
			switch {
			case errors.Is(err, fs.ErrNotExist): // removed meanwhile
			case err != nil:
				return nil, shown(err)
			default:
				all = append(all, about)
			}
		}
	}
}
