package kafka

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/stellarlang/stellar/stellar/diag"
)

// The headers of what is held back. The record is as it came, so that it can be read again.
const (
	HeaderError     = "stellar.error"            // what is wrong, for people
	HeaderErrors    = "stellar.errors"           // all that is wrong, a list of diagnostics in JSON
	HeaderKind      = "stellar.error.kind"       // the kind of the first, such as type
	HeaderRule      = "stellar.error.rule"       // the file of its rule, and the line
	HeaderTopic     = "stellar.source.topic"     // where the record was
	HeaderPartition = "stellar.source.partition" // likewise
	HeaderOffset    = "stellar.source.offset"    // likewise
	HeaderCut       = "stellar.cut"              // how many bytes the value had that was too large to be kept
)

// reasons are the headers that say why a record was held back.
var reasons = []string{HeaderError, HeaderErrors, HeaderKind, HeaderRule, HeaderTopic, HeaderPartition, HeaderOffset, HeaderCut}

func isReason(h kgo.RecordHeader) bool {
	return strings.HasPrefix(h.Key, "stellar.") && slices.Contains(reasons, h.Key)
}

// ownHeaders returns the headers that a record has of itself: those of a time when it was
// held back are not true of what is made of it.
func ownHeaders(of *kgo.Record) []kgo.RecordHeader {
	if !slices.ContainsFunc(of.Headers, isReason) {
		return of.Headers
	}
	return slices.DeleteFunc(slices.Clone(of.Headers), isReason)
}

const (
	maxHeader       = 1000 // bytes of HeaderError
	maxErrorsHeader = 8 << 10
)

// reasonHeaders returns the headers of a record that is held back: its own, and why.
func reasonHeaders(from *kgo.Record, why error) []kgo.RecordHeader {
	headers := slices.Clone(ownHeaders(from))
	add := func(name, text string) {
		if text != "" {
			headers = append(headers, kgo.RecordHeader{Key: name, Value: []byte(text)})
		}
	}
	add(HeaderError, diag.ShortText(why.Error(), maxHeader))
	var list diag.List
	switch {
	case errors.As(why, &list) && len(list) > 0:
		first := list[0]
		add(HeaderKind, first.Kind.Error())
		if first.File != "" {
			line, _ := first.Position()
			add(HeaderRule, first.File+":"+strconv.Itoa(line))
		}
		if text, err := json.Marshal(list); err == nil && len(text) <= maxErrorsHeader {
			add(HeaderErrors, string(text))
		}
	case errors.Is(why, errTooLarge), errors.Is(why, kerr.MessageTooLarge):
		add(HeaderKind, "size")
	default:
		add(HeaderKind, "message")
	}
	add(HeaderTopic, from.Topic)
	add(HeaderPartition, strconv.Itoa(int(from.Partition)))
	add(HeaderOffset, strconv.FormatInt(from.Offset, 10))
	return headers
}

// cut makes a record that is held back as small as a topic takes it: first by bytes of its
// value, then by the headers and the key that it came with.
func cut(r *kgo.Record, largest int) {
	over := sizeOf(r) - largest
	if over <= 0 {
		return
	}
	note := kgo.RecordHeader{Key: HeaderCut, Value: strconv.AppendInt(nil, int64(len(r.Value)), 10)}
	over += len(note.Key) + len(note.Value) + 10
	r.Value = r.Value[:max(len(r.Value)-over, 0)]
	r.Headers = append(r.Headers, note)
	if sizeOf(r) > largest {
		r.Headers = slices.DeleteFunc(r.Headers, func(h kgo.RecordHeader) bool { return !isReason(h) })
	}
	if sizeOf(r) > largest {
		r.Key = nil
	}
}
