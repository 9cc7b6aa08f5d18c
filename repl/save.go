package repl

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

const maxKept = 16 << 20 // of assignments, in bytes

// keep keeps a text that has made assignments, for %save.
func (s *Session) keep(text string, assignments int) {
	if s.keptSize += len(text); s.keptSize > maxKept {
		s.keptSize -= len(text)
		s.notKept++
		return
	}
	s.kept = append(s.kept, text)
	s.keptAssignments += assignments
}

// save writes the assignments of the session as a script.
func (s *Session) save(_ context.Context, argument string) Result {
	name := fileName(strings.TrimSuffix(argument, ";"))
	switch {
	case name == "":
		return Result{Err: errors.New("%save: a file is wanted, as in %save site.stellar")}
	case len(s.kept) == 0:
		return Result{Err: errors.New("%save: nothing was assigned yet")}
	case os.IsPathSeparator(name[len(name)-1]):
		return Result{Err: fmt.Errorf("%%save: %s is a folder, not a file", name)}
	case filepath.Ext(name) == "":
		name += scriptEnding
	case !strings.EqualFold(filepath.Ext(name), scriptEnding):
		return Result{Err: fmt.Errorf("%%save: the name of a script ends in %s", scriptEnding)}
	}
	info, err := s.write(name, strings.Join(s.kept, "\n")+"\n")
	if err != nil {
		return Result{Err: fmt.Errorf("%%save: %w", err)}
	}
	if s.saved == nil {
		s.saved = map[string]fs.FileInfo{}
	}
	s.saved[name] = info
	r := Result{Answer: Saved{name, s.keptAssignments}}
	if s.notKept > 0 {
		r.Err = fmt.Errorf("%%save: %d texts are missing in the script, as those before have %d MiB", s.notKept, maxKept>>20)
	}
	return r
}

// write writes a file, or one anew that the session has written and nobody has changed
// since. What was there stays unless all is written.
func (s *Session) write(name, text string) (fs.FileInfo, error) {
	now, err := os.Stat(name)
	mode := fs.FileMode(0o666)
	saved, known := s.saved[name]
	switch {
	case errors.Is(err, fs.ErrNotExist):
		f, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_EXCL, mode)
		if err != nil {
			return nil, err
		}
		return finish(f, text)
	case err != nil:
		return nil, err
	case !known:
		return nil, fmt.Errorf("there is a file %s already, which stays as it is: choose another name", name)
	case !os.SameFile(now, saved) || now.Size() != saved.Size() || !now.ModTime().Equal(saved.ModTime()):
		return nil, fmt.Errorf("%s was changed since it was saved, and stays as it is: choose another name", name)
	}
	target, err := filepath.EvalSymlinks(name)
	if err != nil {
		return nil, err
	}
	f, err := os.CreateTemp(filepath.Dir(target), "."+filepath.Base(target)+"*")
	if err != nil {
		return nil, err
	}
	if err := f.Chmod(now.Mode().Perm()); err != nil {
		_ = f.Close()
		_ = os.Remove(f.Name())
		return nil, err
	}
	if _, err := finish(f, text); err != nil {
		return nil, err
	}
	if err := os.Rename(f.Name(), target); err != nil {
		_ = os.Remove(f.Name())
		return nil, err
	}
	return os.Stat(target)
}

// finish writes a new file. If that fails, there is none.
func finish(f *os.File, text string) (fs.FileInfo, error) {
	_, err := f.WriteString(text)
	info, failed := f.Stat()
	if err = errors.Join(err, failed, f.Close()); err != nil {
		_ = os.Remove(f.Name())
		return nil, err
	}
	return info, nil
}
