// Package charset writes text in other character sets than UTF-8.
package charset

import (
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf16"
	"unsafe"

	"golang.org/x/text/encoding/charmap"
)

// Charset is a way to write characters as bytes.
type Charset struct {
	// Growth is how many bytes at most are written for a byte of UTF-8.
	Growth int
	encode func(string) []byte
}

// Encode returns text in the character set. A character that it lacks becomes a
// question mark. The bytes must not be changed.
func (c Charset) Encode(text string) []byte { return c.encode(text) }

// UTF8 is what strings are made of.
var UTF8 = Charset{1, func(text string) []byte { return unsafe.Slice(unsafe.StringData(text), len(text)) }}

// Find returns the character set of a name, in any case, with or without dashes. Those
// of Unicode are known, and those of a single byte.
func Find(name string) (c Charset, ok bool) {
	c, ok = charsets[plain(name)]
	return c, ok
}

// plain returns a name as it is in charsets.
func plain(name string) string {
	return strings.NewReplacer("-", "", "_", "").Replace(strings.ToLower(name))
}

var charsets = func() map[string]Charset {
	all := map[string]Charset{
		"utf8":    UTF8,
		"usascii": {1, ascii}, "ascii": {1, ascii}, "iso646us": {1, ascii},
		"utf16":   {4, func(text string) []byte { return units(text, binary.BigEndian, true) }},
		"utf16be": {2, func(text string) []byte { return units(text, binary.BigEndian, false) }},
		"utf16le": {2, func(text string) []byte { return units(text, binary.LittleEndian, false) }},
		"utf32":   {4, func(text string) []byte { return characters(text, binary.BigEndian) }},
		"utf32be": {4, func(text string) []byte { return characters(text, binary.BigEndian) }},
		"utf32le": {4, func(text string) []byte { return characters(text, binary.LittleEndian) }},
	}
	for _, encoding := range charmap.All {
		table, ok := encoding.(*charmap.Charmap)
		if !ok {
			continue
		}
		c := Charset{1, func(text string) []byte { return singleBytes(text, table) }}
		name := strings.ReplaceAll(plain(table.String()), " ", "")
		for _, alias := range []struct{ long, short string }{
			{"ibmcodepage", "ibm"}, {"ibmcodepage", "cp"}, {"windows", "cp"}, {"iso", ""},
		} {
			if number, found := strings.CutPrefix(name, alias.long); found {
				all[alias.short+number] = c
			}
		}
		all[name] = c
	}
	for i, part := range []int{1, 2, 3, 4, 9, 10, 13, 14, 15, 16} { // Latin-1 and so on
		all[fmt.Sprintf("latin%d", i+1)] = all[fmt.Sprintf("iso8859%d", part)]
		all[fmt.Sprintf("l%d", i+1)] = all[fmt.Sprintf("iso8859%d", part)]
	}
	return all
}()

// unknown stands for a character that a character set lacks.
const unknown = '?'

func ascii(text string) []byte {
	encoded := make([]byte, 0, len(text))
	for _, r := range text {
		if r > 0x7f {
			r = unknown
		}
		encoded = append(encoded, byte(r))
	}
	return encoded
}

func singleBytes(text string, table *charmap.Charmap) []byte {
	encoded := make([]byte, 0, len(text))
	for _, r := range text {
		b, ok := table.EncodeRune(r)
		if !ok {
			b = unknown
		}
		encoded = append(encoded, b)
	}
	return encoded
}

// units writes UTF-16. With a mark it begins with U+FEFF, unless there is no text.
func units(text string, order binary.AppendByteOrder, mark bool) []byte {
	encoded := make([]byte, 0, 2*len(text)+2)
	if mark && text != "" {
		encoded = order.AppendUint16(encoded, 0xfeff)
	}
	for _, r := range text {
		if high, low := utf16.EncodeRune(r); high != 0xfffd {
			encoded = order.AppendUint16(order.AppendUint16(encoded, uint16(high)), uint16(low))
		} else {
			encoded = order.AppendUint16(encoded, uint16(r))
		}
	}
	return encoded
}

// characters writes UTF-32.
func characters(text string, order binary.AppendByteOrder) []byte {
	encoded := make([]byte, 0, 4*len(text))
	for _, r := range text {
		encoded = order.AppendUint32(encoded, uint32(r))
	}
	return encoded
}
