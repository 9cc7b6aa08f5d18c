// Package archive unpacks packages of models that come as one file, from people who are
// not trusted with the machine: .tar.gz, .tgz, .tar or .zip.
//
// Nothing is written outside the folder, and nothing but plain files and folders: an
// archive with a link, a device or a path that leaves the folder is refused as a whole, and
// so is one that is larger than Limits when unpacked.
package archive

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// ErrArchive is wrapped by what is wrong with an archive.
var ErrArchive = errors.New("the archive cannot be taken")

// Limits bound what an archive may hold. A zero field means its default.
type Limits struct {
	Bytes int64 // of all files, unpacked; 2 GiB
	Files int   // and folders; 10,000
}

const (
	usualBytes = 2 << 30
	usualFiles = 10_000
	maxDepth   = 32 // of folders
)

// Unpack unpacks the archive in a file into a folder, which must be there. If all of the
// archive is in one folder, that folder is left out. It returns how many files there are.
// What was written before it failed is left for the caller to remove.
func Unpack(ctx context.Context, file, folder string, limits Limits) (files int, err error) {
	if limits.Bytes == 0 {
		limits.Bytes = usualBytes
	}
	if limits.Files == 0 {
		limits.Files = usualFiles
	}
	f, err := os.Open(file)
	if err != nil {
		return 0, err
	}
	defer func() { _ = f.Close() }()
	head := make([]byte, 4)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return 0, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return 0, err
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return 0, err
	}
	defer func() { _ = root.Close() }()
	u := &unpacking{ctx: ctx, root: root, limits: limits}
	switch head = head[:n]; {
	case bytes.HasPrefix(head, []byte("PK")):
		err = u.zip(f)
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		var plain *gzip.Reader
		if plain, err = gzip.NewReader(f); err == nil {
			err = u.tar(plain)
		}
	default:
		err = u.tar(f)
	}
	switch {
	case err != nil && ctx.Err() != nil:
		return 0, ctx.Err()
	case errors.Is(err, ErrArchive) || isOfSystem(err):
		return 0, err
	case err != nil:
		return 0, refuse("it is no .tar.gz or .zip, or is damaged: %w", err)
	case u.files == 0:
		return 0, refuse("it has no files")
	}
	return u.files, liftOnly(folder)
}

// isOfSystem reports whether an error is of the machine, and not of the archive.
func isOfSystem(err error) bool {
	var path *fs.PathError
	return errors.As(err, &path)
}

func refuse(format string, values ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrArchive}, values...)...)
}

// unpacking is an archive that is being unpacked.
type unpacking struct {
	ctx            context.Context
	root           *os.Root
	limits         Limits
	written        int64
	entries, files int
}

func (u *unpacking) tar(r io.Reader) error {
	reader := tar.NewReader(r)
	for {
		h, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if h.Typeflag == tar.TypeXGlobalHeader { // a comment, such as of git archive
			continue
		}
		mode := h.FileInfo().Mode()
		if h.Typeflag != tar.TypeReg && h.Typeflag != tar.TypeDir { // a hard link looks like a file
			mode |= fs.ModeIrregular
		}
		if err := u.entry(h.Name, mode, reader); err != nil {
			return err
		}
	}
}

func (u *unpacking) zip(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	reader, err := zip.NewReader(f, info.Size())
	if err != nil {
		return err
	}
	for _, of := range reader.File {
		content, err := of.Open()
		if err != nil {
			return err
		}
		err = u.entry(of.Name, of.Mode(), content)
		_ = content.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// entry writes a file or makes a folder.
func (u *unpacking) entry(name string, mode fs.FileMode, content io.Reader) error {
	if err := u.ctx.Err(); err != nil {
		return err
	}
	if u.entries++; u.entries > u.limits.Files {
		return refuse("it has more than %d files and folders", u.limits.Files)
	}
	local := filepath.FromSlash(strings.TrimPrefix(name, "./"))
	switch {
	case !mode.IsRegular() && !mode.IsDir():
		return refuse("%.100q is a link or a device; only files and folders are taken", name)
	case strings.ContainsRune(name, '\\') || strings.ContainsRune(name, 0):
		return refuse("the path %.100q has a character that paths must not have", name)
	case mode.IsDir() && (local == "" || filepath.Clean(local) == "."):
		return nil
	case !filepath.IsLocal(local):
		return refuse("the path %.100q leaves the folder", name)
	case strings.Count(filepath.Clean(local), string(filepath.Separator)) > maxDepth:
		return refuse("the path %.100q has more than %d folders", name, maxDepth)
	case mode.IsDir():
		return u.root.MkdirAll(local, 0o700)
	}
	if err := u.root.MkdirAll(filepath.Dir(local), 0o700); err != nil {
		return err
	}
	file, err := u.root.OpenFile(local, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600|mode.Perm()&0o100)
	if errors.Is(err, fs.ErrExist) {
		return refuse("it has %.100q twice", name)
	}
	if err != nil {
		return err
	}
	u.files++
	err = u.copy(file, content)
	if closed := file.Close(); err == nil {
		err = closed
	}
	return err
}

// copy writes the content of a file as long as the archive is not too large.
func (u *unpacking) copy(to io.Writer, from io.Reader) error {
	const piece = 1 << 20
	for {
		n, err := io.CopyN(to, from, piece)
		u.written += n
		switch {
		case u.written > u.limits.Bytes:
			return refuse("it has more than %d bytes when unpacked", u.limits.Bytes)
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case u.ctx.Err() != nil:
			return u.ctx.Err()
		}
	}
}

// liftOnly replaces a folder that has nothing but a folder by that.
func liftOnly(folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != 1 || !entries[0].IsDir() {
		return err
	}
	only := filepath.Join(folder, entries[0].Name())
	aside := folder + ".only"
	if err := os.Rename(only, aside); err != nil {
		return err
	}
	if err := os.Remove(folder); err != nil {
		return err
	}
	return os.Rename(aside, folder)
}
