// Package file has the functions that read and write files: those of the machine, and
// those of a remote file system such as HDFS.
package file

import (
	"context"
	"slices"
	"time"

	"github.com/stellarlang/stellar/stellar/fn"
)

// Host is what the functions may use.
type Host struct {
	Local  System // of LOCAL_ functions; nil means that they fail
	Remote System // of HDFS_ functions; nil means that they fail
}

// System is a file system, or the part of one that may be used. Its methods must return
// when ctx ends, and be safe for concurrent use. Their errors do not show paths,
// which are told beside them.
type System interface {
	// Read returns the content of a file. It fails if that has more bytes than most.
	Read(ctx context.Context, path string, most int64) ([]byte, error)
	// Write makes the content of a file, and the folders that it is in.
	Write(ctx context.Context, path string, content []byte) error
	// Remove removes a file or an empty folder, and others if it is recursive. It is no
	// error if there is nothing.
	Remove(ctx context.Context, path string, recursive bool) error
	// List returns what is in a folder, or the file that a path leads to; of "" what is
	// in the home. It fails if those are more than most.
	List(ctx context.Context, path string, most int) ([]Entry, error)
}

// Entry is an entry of a folder.
type Entry struct {
	Permission   string // rwxr-xr-x
	Owner, Group string
	Size         int64
	Modified     time.Time
	Name         string
}

// Library returns the family.
func Library(h Host) fn.Library {
	local := files{
		prefix: "LOCAL_", system: h.Local, of: "of this machine",
		none: "expressions may not use the files of this machine; --local-files DIR of the stellar command allows those of a folder",
	}
	remote := files{
		prefix: "HDFS_", system: h.Remote, of: "of HDFS",
		time: " A call takes 30 seconds at most, or as long as --hdfs-timeout of the stellar command says.",
		none: "no HDFS was given; the stellar command takes one by --hdfs",
	}
	return fn.Library{
		Name: "file", Doc: "files of this machine and of HDFS",
		Functions: slices.Concat(local.functions(), remote.functions()),
	}
}
