// Package unpack reads files of text: compressed by gzip or zstd or not, in UTF-8 or
// UTF-16, which it tells apart by what they begin with.
package unpack

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding/unicode"
)

// BufferSize is that of buffers of files.
const BufferSize = 64 << 10

// maxWindow bounds the memory that a file compressed by zstd may ask for, in bytes. It
// is what the zstd program allows without an option.
const maxWindow = 128 << 20

// What compressed files begin with.
const (
	gzipMagic = "\x1f\x8b"
	zstdMagic = "\x28\xb5\x2f\xfd"
)

// Text returns the text of a file in UTF-8, and what releases its memory.
func Text(file *bufio.Reader) (text *bufio.Reader, release func(), err error) {
	release = func() {}
	begin, err := file.Peek(2) // no more, as a person may have typed a short line only
	if len(begin) == 2 && string(begin) == zstdMagic[:2] {
		begin, err = file.Peek(len(zstdMagic))
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, err
	}
	switch string(begin) {
	case gzipMagic:
		unpacked, err := gzip.NewReader(file)
		if err != nil {
			return nil, nil, fmt.Errorf("it begins like a file compressed by gzip: %w", err)
		}
		unpacked.Multistream(false)
		file = bufio.NewReaderSize(explained{&gzipMembers{unpacked, file, nil}, "gzip"}, BufferSize)
	case zstdMagic:
		unpacked, err := zstd.NewReader(file, zstd.WithDecoderMaxWindow(maxWindow), zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil, nil, fmt.Errorf("it begins like a file compressed by zstd: %w", err)
		}
		release = unpacked.Close
		file = bufio.NewReaderSize(explained{unpacked, "zstd"}, BufferSize)
	}
	if endianness, is := isUTF16(file); is {
		decoder := unicode.UTF16(endianness, unicode.UseBOM).NewDecoder()
		file = bufio.NewReaderSize(decoder.Reader(file), BufferSize)
	}
	return file, release, nil
}

// gzipMembers reads the members of a file compressed by gzip. Its reader on its own
// keeps the end of a member back until the next one has begun, which in a file that is
// followed may be long after.
type gzipMembers struct {
	member *gzip.Reader
	file   *bufio.Reader
	err    error // io.EOF at the end of a member, or what reading the next one failed with
}

// Read reads what a member has. It begins the next one only if there is nothing else.
func (g *gzipMembers) Read(p []byte) (int, error) {
	n := 0
	for n == 0 && len(p) > 0 {
		if errors.Is(g.err, io.EOF) {
			if g.err = g.member.Reset(g.file); g.err != nil {
				return 0, g.err
			}
			g.member.Multistream(false)
		}
		if n, g.err = g.member.Read(p); g.err != nil && !errors.Is(g.err, io.EOF) {
			return n, g.err
		}
	}
	return n, nil
}

// isUTF16 reports whether a text is UTF-16: it has a byte order mark of it, or begins
// with a bracket or a blank of two bytes, as JSON does.
func isUTF16(text *bufio.Reader) (endianness unicode.Endianness, is bool) {
	begin, _ := text.Peek(2) // a failure comes again when it is read
	switch {
	case len(begin) < 2:
	case string(begin) == "\xff\xfe", begin[1] == 0 && strings.IndexByte("{[ \t\r\n", begin[0]) >= 0:
		return unicode.LittleEndian, true
	case string(begin) == "\xfe\xff", begin[0] == 0 && strings.IndexByte("{[ \t\r\n", begin[1]) >= 0:
		return unicode.BigEndian, true
	}
	return endianness, false
}

// explained says in errors how a file is compressed.
type explained struct {
	reader io.Reader
	by     string
}

// Read reads from the reader.
func (e explained) Read(p []byte) (int, error) {
	n, err := e.reader.Read(p)
	switch {
	case err == nil || err == io.EOF: // readers are compared with it
	case errors.Is(err, io.ErrUnexpectedEOF):
		err = fmt.Errorf("the file, compressed by %s, is cut off: %w", e.by, err)
	default:
		err = fmt.Errorf("the file is compressed by %s, and damaged: %w", e.by, err)
	}
	return n, err
}
