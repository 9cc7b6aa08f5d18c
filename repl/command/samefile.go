package command

import (
	"io/fs"
	"os"
	"path/filepath"
)

// realPath returns the absolute path of a file that every name of it leads to, by links
// too.
func realPath(name string) string {
	absolute, err := filepath.Abs(name)
	if err != nil {
		return filepath.Clean(name)
	}
	if real, err := filepath.EvalSymlinks(absolute); err == nil {
		return real
	}
	return absolute
}

// amongFiles returns which of the names is that of a file, such as by a link; "" if none
// is.
func amongFiles(file fs.FileInfo, names []string) string {
	for _, name := range names {
		if info, err := os.Stat(name); err == nil && os.SameFile(info, file) {
			return name
		}
	}
	return ""
}

// wouldReplace returns which of the names is that of the file that writing to another
// name would replace; "" if none is.
func wouldReplace(written string, names []string) string {
	info, err := os.Stat(written)
	if err != nil {
		return "" // there is none yet
	}
	return amongFiles(info, names)
}

// regularFile returns what a stream reads or writes if it is a file on a disk, else nil.
func regularFile(stream any) fs.FileInfo {
	file, ok := stream.(*os.File)
	if !ok {
		return nil
	}
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return nil
	}
	return info
}
