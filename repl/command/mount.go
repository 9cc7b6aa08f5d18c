package command

import (
	"errors"
	"path/filepath"
	"strings"
)

// mount is a folder with rules that is shown under another name, such as site: for rules
// that were fetched into a folder for the time being. Nil is none: files are where their
// names say.
//
// Rules in it read files of it only. What is named by an absolute path is none of them.
type mount struct{ name, folder string }

// real returns where a file is that is shown with a name.
func (m *mount) real(name string) string {
	if below, ok := m.below(name); ok {
		return filepath.Join(m.folder, below)
	}
	return name
}

// shown is the reverse of real, for files in the folder.
func (m *mount) shown(path string) string {
	if m == nil {
		return path
	}
	below, err := filepath.Rel(m.folder, path)
	if err != nil {
		return path
	}
	return filepath.Join(m.name, below)
}

// below returns the name of a file below the mount. ok is false if it is none of it.
func (m *mount) below(name string) (below string, ok bool) {
	if m == nil {
		return "", false
	}
	if m.name == "." {
		return name, filepath.IsLocal(name)
	}
	below, ok = strings.CutPrefix(name, m.name)
	if !ok || below != "" && below[0] != filepath.Separator {
		return "", false
	}
	below = strings.TrimPrefix(below, string(filepath.Separator))
	return below, below == "" || filepath.IsLocal(below)
}

var errOutside = errors.New("it is outside of the folder of the rules")

// read returns where a file is that rules of the mount read.
func (m *mount) read(name string) (string, error) {
	if _, ok := m.below(name); m != nil && !ok {
		return "", errOutside
	}
	return m.real(name), nil
}
