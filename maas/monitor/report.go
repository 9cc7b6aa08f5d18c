package monitor

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"
)

// Report is what was counted in a stretch of time, so that a monitor of another process,
// or one of the same after a new start, can add it to what it has. Written as JSON it is
//
//	{"format": 1, "versions": [{"model": "dga", "version": "1.0",
//	  "rows": [{"at": 1767225600, "span": 60, "counts": [0, 5, …]}],
//	  "inputs": [{"name": "host", "rows": […]}],
//	  "outputs": [{"name": "score", "rows": […], "reference": {…}, "distribution": […],
//	    "sample": [{"at": 1767225600, "number": 0.5}]}],
//	  "instances": [{"url": "http://…", "rows": […]}]}]}
//
// A row begins at a Unix time and lasts a minute or ten, which it says in seconds; with
// "within": true, a minute is in a row of ten minutes, too. Its counts are, without zeros at
// the end,
//
//	of a version       calls by maas.Outcome, from 0; times by bucket; questions, those
//	                   whose arguments are not those declared, those with one too many
//	of an input        values, nulls, missing, of another kind
//	of an output       the same
//	of a distribution  values by the bins of the reference
//	of an instance     times by bucket, answered, failed
//
// The buckets of times end at 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000 and 2500 ms.
// A sample has the values of an output that has no reference yet.
type Report struct {
	Format   int             `json:"format"`
	Versions []VersionReport `json:"versions"`
}

// VersionReport is what was counted of a version.
type VersionReport struct {
	Model     string           `json:"model"`
	Version   string           `json:"version"`
	Rows      []Row            `json:"rows,omitempty"`
	Inputs    []FieldReport    `json:"inputs,omitempty"`
	Outputs   []FieldReport    `json:"outputs,omitempty"`
	Instances []InstanceReport `json:"instances,omitempty"`
}

// FieldReport is what was counted of an input or output.
type FieldReport struct {
	Name         string   `json:"name"`
	Rows         []Row    `json:"rows,omitempty"`
	Reference    *Field   `json:"reference,omitempty"`
	Distribution []Row    `json:"distribution,omitempty"`
	Kind         Kind     `json:"kind,omitempty"` // of the sample
	Sample       []Sample `json:"sample,omitempty"`
}

// InstanceReport is what was counted of an instance.
type InstanceReport struct {
	URL  string `json:"url"`
	Rows []Row  `json:"rows"`
}

// Row is what was counted in a piece of time.
type Row struct {
	At   int64 `json:"at"`
	Span int64 `json:"span"`
	// Within says that the row of a minute is in one of ten minutes, too.
	Within bool     `json:"within,omitzero"`
	Counts []uint32 `json:"counts"`
}

// Sample is a value of an output, with the minute in which it came.
type Sample struct {
	At     int64   `json:"at"`
	Number float64 `json:"number,omitzero"`
	Text   string  `json:"text,omitzero"`
}

// ReportFormat is the form of reports.
const ReportFormat = 1

// ErrReport is wrapped by the errors of reports that are malformed.
var ErrReport = errors.New("malformed report")

// Export returns what was counted from one time to another, which is excluded: by minute
// or, if some of it is more than an hour ago, by ten minutes, with the minutes that are kept
// besides, and with references of what was not seen. Consecutive stretches of whole minutes of the last hour hold everything once.
func (m *Monitor) Export(from, to time.Time) Report {
	r := Report{Format: ReportFormat, Versions: []VersionReport{}}
	now := minuteOf(m.options.Now())
	e := export{from: minuteOf(from), to: min(minuteOf(to.Add(time.Minute-1)), now+1)}
	e.byTen = e.from <= now-minutes
	for _, v := range m.sorted() {
		v.mu.Lock()
		if of := e.version(v); len(of.Rows)+len(of.Inputs)+len(of.Outputs)+len(of.Instances) > 0 {
			r.Versions = append(r.Versions, of)
		}
		v.mu.Unlock()
	}
	return r
}

// export is a stretch of time, in minutes.
type export struct {
	from, to int64
	byTen    bool
}

func (e export) version(v *version) VersionReport {
	of := VersionReport{Model: v.name.model, Version: v.name.version, Rows: e.rows(&v.clock, &v.counts)}
	for _, f := range v.inputs {
		if rows := e.rows(&v.clock, &f.counts); rows != nil || e.byTen && f.reference != nil {
			of.Inputs = append(of.Inputs, FieldReport{Name: f.name, Rows: rows, Reference: f.reference})
		}
	}
	for _, f := range v.outputs {
		rows := e.rows(&v.clock, &f.counts)
		if rows == nil && (!e.byTen || f.reference == nil) {
			continue
		}
		r := FieldReport{Name: f.name, Rows: rows, Reference: f.reference, Distribution: e.rows(&v.clock, &f.distribution)}
		for _, s := range f.sample {
			if e.from <= s.minute && s.minute < e.to {
				r.Kind = f.kind
				number := min(max(s.number, -math.MaxFloat64), math.MaxFloat64) // JSON has no infinite ones
				r.Sample = append(r.Sample, Sample{s.minute * minuteSpan, number, s.text})
			}
		}
		of.Outputs = append(of.Outputs, r)
	}
	for _, i := range v.instances {
		if rows := e.rows(&v.clock, &i.counts); rows != nil {
			of.Instances = append(of.Instances, InstanceReport{i.url, rows})
		}
	}
	return of
}

// rows returns those that are not zero.
func (e export) rows(c *clock, r *rows) (all []Row) {
	add := func(at, span int64, within bool, counts []uint32) {
		for len(counts) > 0 && counts[len(counts)-1] == 0 {
			counts = counts[:len(counts)-1]
		}
		if len(counts) > 0 {
			all = append(all, Row{at, span, within, slices.Clone(counts)})
		}
	}
	byTen := e.byTen && r.ten != nil
	if byTen {
		for slot, ten := range c.ten {
			if at := ten * 10; e.from <= at && at < e.to {
				add(at*minuteSpan, tenSpan, false, r.tenRow(slot))
			}
		}
	}
	if r.minute != nil {
		for slot, at := range c.minute {
			if e.from <= at && at < e.to {
				add(at*minuteSpan, minuteSpan, byTen, r.minuteRow(slot))
			}
		}
	}
	slices.SortFunc(all, func(a, b Row) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Span, b.Span)) })
	return all
}

// maxReport bounds a report as JSON, in bytes.
const maxReport = 16 << 20

// ParseReport reads a report from JSON. Errors wrap ErrReport.
func ParseReport(document []byte) (Report, error) { return parseReport(document, maxReport) }

func parseReport(document []byte, most int) (Report, error) {
	if len(document) > most {
		return Report{}, fmt.Errorf("%w: it has more than %d bytes", ErrReport, most)
	}
	var r Report
	if err := json.Unmarshal(document, &r); err != nil {
		return Report{}, fmt.Errorf("%w: %w", ErrReport, err)
	}
	if r.Format != ReportFormat {
		return Report{}, fmt.Errorf("%w: it has the format %d, this program reads %d", ErrReport, r.Format, ReportFormat)
	}
	return r, nil
}

// Merge adds a report of another monitor. Either all of it is taken, as far as there is
// room and bins are those of the references here, or it fails with ErrReport. A reference
// is taken where there is none.
func (m *Monitor) Merge(r Report) error {
	now := minuteOf(m.options.Now())
	if err := r.check(now); err != nil {
		return fmt.Errorf("%w: %w", ErrReport, err)
	}
	for _, of := range r.Versions {
		if v := m.version(versionName{of.Model, of.Version}, now); v != nil {
			v.merge(of)
		}
	}
	return nil
}

// maxSkew is how far clocks of processes may be apart, in minutes.
const maxSkew = 2

func (r Report) check(now int64) error {
	if r.Format != ReportFormat {
		return fmt.Errorf("it has the format %d, this program reads %d", r.Format, ReportFormat)
	}
	for _, v := range r.Versions {
		if err := v.check(now); err != nil {
			return err
		}
	}
	return nil
}

func (v VersionReport) check(now int64) error {
	of := Reference{Model: v.Model, Version: v.Version}
	all := [][]Row{v.Rows}
	widths := []int{versionColumns}
	add := func(rows []Row, width int) { all, widths = append(all, rows), append(widths, width) }
	for _, f := range v.Inputs {
		add(f.Rows, fieldColumns)
		of.Inputs = append(of.Inputs, f.field())
		if len(f.Distribution)+len(f.Sample) > 0 {
			return errors.New("inputs have no distribution")
		}
	}
	for _, f := range v.Outputs {
		add(f.Rows, fieldColumns)
		of.Outputs = append(of.Outputs, f.field())
		switch {
		case f.Reference != nil:
			add(f.Distribution, len(f.Reference.Counts))
		case len(f.Distribution) > 0:
			return errors.New("a distribution has no reference")
		}
		if err := f.checkSample(now); err != nil {
			return err
		}
	}
	if len(v.Instances) > maxInstances {
		return fmt.Errorf("a version has more than %d instances", maxInstances)
	}
	for _, i := range v.Instances {
		if len(i.URL) > 4*maxName {
			return errors.New("the address of an instance is too long")
		}
		add(i.Rows, instanceColumns)
	}
	for n, rows := range all {
		if err := checkRows(rows, widths[n], now); err != nil {
			return err
		}
	}
	return of.Check()
}

// field returns the reference of a field, or one without counts.
func (f FieldReport) field() Field {
	if f.Reference == nil {
		return Field{Name: f.Name}
	}
	r := *f.Reference
	r.Name = f.Name
	return r
}

func (f FieldReport) checkSample(now int64) error {
	if len(f.Sample) > maxReference || len(f.Sample) > 0 && f.Kind != Number && f.Kind != Text {
		return fmt.Errorf("a sample has more than %d values, or no kind", maxReference)
	}
	for _, s := range f.Sample {
		if len(s.Text) > maxText || !isTime(s.At, minuteSpan, now) {
			return errors.New("a value of a sample is too long, or its time is not of the last day")
		}
	}
	return nil
}

func checkRows(rows []Row, width int, now int64) error {
	if len(rows) > minutes+tens {
		return fmt.Errorf("there are more than %d rows", minutes+tens)
	}
	for _, row := range rows {
		if row.Span != minuteSpan && row.Span != tenSpan || !isTime(row.At, row.Span, now) {
			return errors.New("the time of a row is not of the last day, or not the beginning of a minute or of ten")
		}
		if len(row.Counts) > width {
			return fmt.Errorf("a row has %d counts, %d are the most", len(row.Counts), width)
		}
	}
	return nil
}

// isTime reports whether a piece of time begins then, and is one that can be kept.
func isTime(at, span, now int64) bool {
	minute := at / minuteSpan
	return at%span == 0 && now-(tens+1)*10 <= minute && minute <= now+maxSkew
}

func (v *version) merge(of VersionReport) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.add(&v.counts, of.Rows, nil)
	for _, r := range of.Inputs {
		f := v.find(&v.inputs, r.Name, maxInputs, inputBytes)
		if f == nil {
			continue
		}
		v.add(&f.counts, r.Rows, f.gather)
		if f.reference == nil && r.Reference != nil {
			reference := r.field()
			f.reference = &reference
		}
		f.settle(v.monitor.options.ReferenceSize)
	}
	for _, r := range of.Outputs {
		if f := v.find(&v.outputs, r.Name, maxOutputs, outputBytes); f != nil {
			v.mergeOutput(f, r)
		}
	}
	for _, r := range of.Instances {
		for _, row := range r.Rows {
			if i := v.instance(r.URL, row.At/minuteSpan); i != nil && row.Span == minuteSpan {
				v.add(&i.counts, []Row{row}, nil)
			}
		}
	}
}

func (v *version) mergeOutput(f *field, r FieldReport) {
	v.add(&f.counts, r.Rows, f.gather)
	if f.reference == nil && r.Reference != nil && r.Reference.Kind != "" {
		reference := r.field()
		f.refer(v, &reference)
	}
	if len(r.Distribution) > 0 && f.distribution.width > 0 {
		if f.reference.sameBins(r.Reference) {
			v.add(&f.distribution, r.Distribution, nil)
		} else {
			v.monitor.dropped.Add(1)
		}
	}
	for _, s := range r.Sample {
		if f.kind == "" {
			f.kind = r.Kind
		}
		if f.kind == r.Kind {
			minute := s.At / minuteSpan
			f.place(v, v.at(minute), sampled{minute, s.Number, s.Text})
		}
	}
}

// add adds rows to those of a version. Each is told of every count, if it is not nil.
func (v *version) add(to *rows, rows []Row, each func(column int, n uint32)) {
	for _, row := range rows {
		at := v.at(row.At / minuteSpan)
		if row.Span == tenSpan {
			at.minute = -1
		}
		if row.Within || to.ten == nil {
			at.ten = -1
		}
		for column, n := range row.Counts {
			to.add(at, column, n)
			if each != nil && !row.Within {
				each(column, n)
			}
		}
	}
}
