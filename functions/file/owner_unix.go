//go:build unix

package file

import (
	"io/fs"
	"os/user"
	"strconv"
	"syscall"
)

// of returns who owns a file; numbers if they have no name.
func (o owners) of(about fs.FileInfo) (owner, group string) {
	stat, ok := about.Sys().(*syscall.Stat_t)
	if !ok {
		return "", ""
	}
	owner = o.name("user", uint64(stat.Uid), func(id string) (string, error) {
		u, err := user.LookupId(id)
		if err != nil {
			return "", err
		}
		return u.Username, nil
	})
	group = o.name("group", uint64(stat.Gid), func(id string) (string, error) {
		g, err := user.LookupGroupId(id)
		if err != nil {
			return "", err
		}
		return g.Name, nil
	})
	return owner, group
}

func (o owners) name(kind string, number uint64, lookUp func(id string) (string, error)) string {
	id := strconv.FormatUint(number, 10)
	name, known := o[kind+id]
	if !known {
		var err error
		if name, err = lookUp(id); err != nil {
			name = id
		}
		o[kind+id] = name
	}
	return name
}
