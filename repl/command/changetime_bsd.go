//go:build darwin || freebsd

package command

import (
	"io/fs"
	"syscall"
	"time"
)

// changeTime returns when a file was changed last, its times too, which nobody can set.
// It is the zero time where the system does not say.
func changeTime(info fs.FileInfo) time.Time {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return time.Unix(stat.Ctimespec.Unix())
	}
	return time.Time{}
}
