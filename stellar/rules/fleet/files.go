package fleet

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// Files are those of a set: their contents by their names, which are slash-separated paths
// below the set.
type Files map[string][]byte

// Bounds of a set. ZooKeeper holds all versions in memory.
const (
	MaxFiles  = 10_000
	MaxSize   = 64 << 20 // bytes of all files
	MaxPacked = 4 << 20  // bytes of all files, compressed
)

// ErrTooLarge: a set is larger than ZooKeeper is meant for.
var ErrTooLarge = errors.New("the set is too large")

// versionLength is that of the names of versions, in hexadecimal digits.
const versionLength = 12

// Version returns the name of a version with these files.
func (f Files) Version() string {
	sum := sha256.New()
	add := func(text []byte) {
		sum.Write(binary.BigEndian.AppendUint64(nil, uint64(len(text))))
		sum.Write(text)
	}
	for _, name := range f.names() {
		add([]byte(name))
		add(f[name])
	}
	return hex.EncodeToString(sum.Sum(nil))[:versionLength]
}

func (f Files) names() []string { return slices.Sorted(maps.Keys(f)) }

// Changes are the names of files by which two sets differ, sorted.
type Changes struct{ Added, Changed, Removed []string }

// ChangesFrom returns what files are otherwise than in a set before.
func (f Files) ChangesFrom(before Files) (c Changes) {
	for _, name := range f.names() {
		switch old, ok := before[name]; {
		case !ok:
			c.Added = append(c.Added, name)
		case !bytes.Equal(old, f[name]):
			c.Changed = append(c.Changed, name)
		}
	}
	for _, name := range before.names() {
		if _, ok := f[name]; !ok {
			c.Removed = append(c.Removed, name)
		}
	}
	return c
}

// check refuses names that lead out of a set, and sets that are too large.
func (f Files) check() error {
	size := 0
	for name, content := range f {
		if err := checkName(name); err != nil {
			return err
		}
		size += len(content)
	}
	return checkSize(len(f), int64(size))
}

func checkName(name string) error {
	if !fs.ValidPath(name) || name == "." || !filepath.IsLocal(filepath.FromSlash(name)) {
		return fmt.Errorf("%.100q is no name of a file in a set", name)
	}
	return nil
}

func checkSize(files int, size int64) error {
	switch {
	case files > MaxFiles:
		return fmt.Errorf("%w: it has more than %d files", ErrTooLarge, MaxFiles)
	case size > MaxSize:
		return fmt.Errorf("%w: its files have more than %d MiB", ErrTooLarge, MaxSize>>20)
	}
	return nil
}

// pack returns the files as a compressed archive, the same for the same files.
func (f Files) pack() ([]byte, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	var packed bytes.Buffer
	compressed, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	archive := tar.NewWriter(compressed)
	for _, name := range f.names() {
		if err := archive.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(f[name]))}); err != nil {
			return nil, err
		}
		if _, err := archive.Write(f[name]); err != nil {
			return nil, err
		}
	}
	if err := errors.Join(archive.Close(), compressed.Close()); err != nil {
		return nil, err
	}
	if packed.Len() > MaxPacked {
		return nil, fmt.Errorf("%w: compressed, its files have %d KiB, and at most %d are allowed, as ZooKeeper keeps all in memory; put large tables onto the workers, and name them by absolute paths",
			ErrTooLarge, packed.Len()>>10, MaxPacked>>10)
	}
	return packed.Bytes(), nil
}

// unpack is the reverse of pack, for what anybody may have written.
func unpack(packed []byte) (Files, error) {
	compressed, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("damaged archive: %w", err)
	}
	files, size := Files{}, int64(0)
	for archive := tar.NewReader(compressed); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, fmt.Errorf("damaged archive: %w", err)
		}
		if err := checkName(header.Name); err != nil {
			return nil, err
		}
		if _, twice := files[header.Name]; twice || header.Typeflag != tar.TypeReg {
			return nil, fmt.Errorf("damaged archive: %.100q is there twice, or no file", header.Name)
		}
		size += header.Size
		if err := checkSize(len(files)+1, size); err != nil {
			return nil, err
		}
		content, err := io.ReadAll(archive)
		if err != nil {
			return nil, fmt.Errorf("damaged archive: %w", err)
		}
		files[header.Name] = content
	}
}

// Write writes the files into a folder, which is made if it is missing. Files that it has
// besides stay.
func (f Files) Write(folder string) error {
	if err := f.check(); err != nil {
		return err
	}
	for _, name := range f.names() {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, f[name], 0o644); err != nil {
			return err
		}
	}
	return os.MkdirAll(folder, 0o755) // of a set without files
}
