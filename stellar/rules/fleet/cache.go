package fleet

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// cacheHead is the first line of a local copy. What follows is the archive of the files.
type cacheHead struct {
	Format int    `json:"format"`
	Rules  string `json:"rules"` // where they come from
	Release
}

// maxHead bounds the first line, in bytes.
const maxHead = 64 << 10

// WriteCache keeps a version of rules in a file, from which a worker can begin. The file is
// replaced as a whole.
func WriteCache(name string, rules Address, release Release, files Files) (err error) {
	packed, err := files.pack()
	if err != nil {
		return err
	}
	head, err := json.Marshal(cacheHead{Format: format, Rules: rules.String(), Release: release})
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	_, err = f.Write(append(append(head, '\n'), packed...))
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}

// ReadCache returns what WriteCache has kept of the rules, whichever servers they came from:
// these may have got other names since.
func ReadCache(name string, rules Address) (Release, Files, error) {
	f, err := os.Open(name)
	if err != nil {
		return Release{}, nil, err
	}
	defer func() { _ = f.Close() }() // nothing was written
	content, err := io.ReadAll(io.LimitReader(f, maxHead+MaxPacked+1))
	if err != nil {
		return Release{}, nil, err
	}
	line, packed, _ := bytes.Cut(content, []byte("\n"))
	if err := checkForm(line); err != nil {
		return Release{}, nil, fmt.Errorf("the copy %s %w", name, err)
	}
	var head cacheHead
	if err = json.Unmarshal(line, &head); err == nil && head.Format != format {
		err = errors.New("it has another form")
	}
	if err != nil {
		return Release{}, nil, fmt.Errorf("%s is no copy of rules: %w", name, err)
	}
	if of, err := ParseAddress(head.Rules); err != nil || of.Path != rules.Path || of.Sensor != rules.Sensor {
		return Release{}, nil, fmt.Errorf("%s is a copy of other rules, %.200q", name, head.Rules)
	}
	files, err := unpack(packed)
	if err == nil && files.Version() != head.Version {
		err = errors.New("its files are not those that it was made of")
	}
	if err != nil {
		return Release{}, nil, fmt.Errorf("%s: %w", name, err)
	}
	return head.Release, files, nil
}
