package management

import (
	"strconv"
	"strings"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// readCSV is CSVParser: columns, separator and timestampFormat. A blank line, and one
// that begins with #, is no message.
func readCSV(r *reading, text string) ([]*value.Map, error) {
	columns, err := r.columns()
	if err != nil {
		return nil, err
	}
	if line := strings.TrimSpace(text); line == "" || line[0] == '#' {
		return nil, nil
	}
	separator, err := r.textOr("separator", ",")
	if err != nil {
		return nil, err
	}
	record, err := r.record(text, separator)
	if err != nil {
		return nil, err
	}
	if err := r.fields(len(columns)); err != nil {
		return nil, err
	}
	m := value.NewMap(len(columns) + 3)
	for _, c := range columns {
		if c.at >= record.Len() {
			return nil, refuse("the record has %d values, and %.60s is number %d, counted from 0", record.Len(), c.name, c.at)
		}
		m = m.Put(key(c.name), record.At(c.at))
	}
	format, err := r.text("timestampFormat")
	if err != nil {
		return nil, err
	}
	time := r.now()
	if has(m, timestamp) {
		written := get(m, timestamp).Str()
		if format != "" {
			time, err = r.date(written, format, "UTC")
		} else {
			time, err = milliseconds(written)
		}
		if err != nil {
			return nil, err
		}
	}
	return []*value.Map{m.Put(key(timestamp), time)}, nil
}

// milliseconds reads a timestamp that is a number.
func milliseconds(text string) (value.Value, error) {
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil {
		return value.Null, refuse("the timestamp is no number, and the configuration has no format for it")
	}
	return value.Long(n), nil
}

// record takes the values of a line apart.
func (r *reading) record(text, separator string) (*value.List, error) {
	options := value.NewMap(1).Put(key("delimiter"), value.String(separator))
	v, err := r.apply("PARSE_CSV", value.String(text), value.FromMap(options))
	if err != nil {
		return nil, err
	}
	return v.List(), nil
}

// namedColumn is the name of the values at a place.
type namedColumn struct {
	name string
	at   int
}

// columns returns the columns: a map of places, or names in their order, in a list or
// with commas between them; name:place stands for another place.
func (r *reading) columns() ([]namedColumn, error) {
	var names []value.Value
	switch v := get(r.settings, "columns"); v.Kind() {
	case value.KindMap:
		var columns []namedColumn
		for name, place := range v.Map().All() {
			at, err := strconv.Atoi(strings.TrimSpace(place.String()))
			if err != nil || at < 0 {
				return nil, fn.Argumentf(0, "parserConfig.columns: %.60s must have a place, counted from 0", name.String())
			}
			columns = append(columns, namedColumn{name.String(), at})
		}
		return columns, nil
	case value.KindList:
		for item := range v.List().All() {
			names = append(names, item)
		}
	case value.KindString:
		for name := range strings.SplitSeq(v.Str(), ",") {
			names = append(names, value.String(name))
		}
	default:
		return nil, fn.Argumentf(0, "parserConfig.columns must be a map of places by names, or a list of names")
	}
	var columns []namedColumn
	for i, v := range names {
		if v.Kind() != value.KindString {
			return nil, fn.Argumentf(0, "parserConfig.columns must be a map of places by names, or a list of names")
		}
		name, place, explicit := strings.Cut(strings.TrimSpace(v.Str()), ":")
		if explicit {
			at, err := strconv.Atoi(strings.TrimSpace(place))
			if err != nil || at < 0 {
				return nil, fn.Argumentf(0, "parserConfig.columns: %.60s must have a place after the colon, counted from 0", name)
			}
			i = at
		}
		columns = append(columns, namedColumn{strings.TrimSpace(name), i})
	}
	return columns, nil
}

// snortFields are the values of a line of Snort's CSV output.
var snortFields = strings.Fields("timestamp sig_generator sig_id sig_rev msg protocol ip_src_addr ip_src_port ip_dst_addr ip_dst_port ethsrc ethdst " +
	"ethlen tcpflags tcpseq tcpack tcplen tcpwindow ttl tos id dgmlen iplen icmptype icmpcode icmpid icmpseq")

// readSnort is BasicSnortParser: dateFormat and timeZone. All messages are alerts.
func readSnort(r *reading, text string) ([]*value.Map, error) {
	format, err := r.textOr("dateFormat", "MM/dd/yy-HH:mm:ss.SSSSSS")
	if err != nil {
		return nil, err
	}
	zone, err := r.textOr("timeZone", "UTC")
	if err != nil {
		return nil, err
	}
	record, err := r.record(text, ",")
	if err != nil {
		return nil, err
	}
	if record.Len() != len(snortFields) {
		return nil, refuse("the record has %d values instead of %d", record.Len(), len(snortFields))
	}
	if err := r.fields(len(snortFields)); err != nil {
		return nil, err
	}
	m := value.NewMap(len(snortFields) + 3)
	for i, name := range snortFields {
		v := value.String(strings.TrimSpace(record.At(i).Str()))
		if v.Str() == "" {
			continue
		}
		if name == timestamp {
			if v, err = r.date(v.Str(), format, zone); err != nil {
				return nil, err
			}
		}
		m = m.Put(key(name), v)
	}
	return []*value.Map{m.Put(key("is_alert"), value.String("true"))}, nil
}
