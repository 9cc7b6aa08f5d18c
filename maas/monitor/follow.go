package monitor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/stellarlang/stellar/maas"
)

// Follow lets the reference of a version begin anew when the version goes into production,
// until ctx ends. References that were accepted stay.
func (m *Monitor) Follow(ctx context.Context, registry maas.Registry) {
	var before map[versionName]bool // those in production
	for snapshot := range registry.Watch(ctx) {
		now := make(map[versionName]bool)
		for _, r := range snapshot.Releases() {
			if r.Stage != maas.StageProduction {
				continue
			}
			name := versionName{r.Model, r.Version}
			now[name] = true
			if before != nil && !before[name] {
				m.renew(r.Model, r.Version, func(f *Field) bool { return f.Accepted })
			}
		}
		before = now
	}
}

// Save writes all that is kept to a file, from which Load takes it after a new start. The
// file is as a whole the old or the new one.
func (m *Monitor) Save(name string) (err error) {
	now := m.options.Now()
	text, err := json.Marshal(m.Export(now.Add(-tens*10*time.Minute), now.Add(time.Minute)))
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
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}

// Load adds what Save has written. It is no error if there is no file. What is older than a
// day is left out, but for references.
func (m *Monitor) Load(name string) error {
	f, err := os.Open(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	}
	defer func() { _ = f.Close() }()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return err
	}
	report, err := parseReport(text, maxFile)
	if err == nil {
		report.forget(minuteOf(m.options.Now()))
		err = m.Merge(report)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// maxFile bounds a file: a full monitor takes less.
const maxFile = 256 << 20

// forget drops what is too old to be kept, or of a clock that was wrong.
func (r Report) forget(now int64) {
	keep := func(rows []Row) []Row {
		kept := rows[:0]
		for _, row := range rows {
			if isTime(row.At, max(row.Span, 1), now) {
				kept = append(kept, row)
			}
		}
		return kept
	}
	for i := range r.Versions {
		v := &r.Versions[i]
		v.Rows = keep(v.Rows)
		for _, fields := range [][]FieldReport{v.Inputs, v.Outputs} {
			for j := range fields {
				f := &fields[j]
				f.Rows, f.Distribution = keep(f.Rows), keep(f.Distribution)
				kept := f.Sample[:0]
				for _, s := range f.Sample {
					if isTime(s.At, minuteSpan, now) {
						kept = append(kept, s)
					}
				}
				f.Sample = kept
			}
		}
		for j := range v.Instances {
			v.Instances[j].Rows = keep(v.Instances[j].Rows)
		}
	}
}
