package deploy

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Digest returns a digest of the names and contents of all files of the package, as
// sha256: and 64 digits.
func (p *Package) Digest(ctx context.Context) (string, error) {
	digest := sha256.New()
	err := filepath.WalkDir(p.Folder, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		relative, err := filepath.Rel(p.Folder, name)
		if err != nil || d.IsDir() || relative == endpointFile {
			return err
		}
		info, err := os.Stat(name) // of what a link points to
		switch {
		case err != nil:
			return err
		case info.IsDir(): // which is within the package, in one that was copied
			to, err := os.Readlink(name)
			fmt.Fprintf(digest, "%q -> %q\n", filepath.ToSlash(relative), filepath.ToSlash(to))
			return err
		case !info.Mode().IsRegular():
			return nil
		}
		fmt.Fprintf(digest, "%q %d\n", filepath.ToSlash(relative), info.Size())
		return hashFile(ctx, digest, name)
	})
	if err != nil {
		return "", fmt.Errorf("digest of the package: %w", err)
	}
	return "sha256:" + hex.EncodeToString(digest.Sum(nil)), nil
}

func hashFile(ctx context.Context, to io.Writer, name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	const piece = 8 << 20
	for {
		n, err := io.CopyN(to, f, piece)
		switch {
		case n < piece && err == io.EOF:
			return nil
		case err != nil:
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		}
	}
}
