package table

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/stellarlang/stellar/stellar/table/spec"
)

// maxRecord bounds the bytes of a row as it is written.
const maxRecord = 1 << 20

// csvReader reads rows of cells, by RFC 4180. A quote within a cell that does not begin
// with one is a part of it. Lines may end in CR LF, and empty ones are passed over.
type csvReader struct {
	text      *bufio.Reader
	separator byte
	line      int64 // of the beginning of the last row
	lines     int64 // that were read
	long      []byte
	unquoted  []byte
	ends      []int
	cells     [][]byte
}

func newCSVReader(text *bufio.Reader, s spec.Spec) *csvReader {
	separator := s.Separator
	switch {
	case separator != "":
	case formOf(s.File) == ".csv":
		separator = spec.Comma
	default:
		separator = spec.Tab
	}
	return &csvReader{text: text, separator: separators[separator]}
}

// separators are those that a declaration can name, by the names that it has for them.
var separators = map[spec.Separator]byte{spec.Comma: ',', spec.Semicolon: ';', spec.Tab: '\t', spec.Pipe: '|'}

// checkSeparator returns an error if the names of columns hold another separator more
// often than the one between them. To do is what it says of that one and of the other one.
func (c *csvReader) checkSeparator(columns []string, toDo func(taken, seen spec.Separator) string) error {
	var taken, seen spec.Separator
	most := len(columns) - 1
	for _, name := range spec.Separators() {
		separator := spec.Separator(name)
		written := separators[separator]
		count := 0
		for _, column := range columns {
			count += strings.Count(column, string(rune(written)))
		}
		switch {
		case written == c.separator:
			taken = separator
		case count > most:
			seen, most = separator, count
		}
	}
	if seen == "" {
		return nil
	}
	return fmt.Errorf("line 1: the names of the columns seem to be separated by %ss, not by %ss: %s", seen, taken, toDo(taken, seen))
}

// errCarriageReturns says that lines end as they did on old Macs.
var errCarriageReturns = errors.New("lines end in a carriage return alone (CR); write them with line feeds (LF), for example by tr '\\r' '\\n'")

// read returns the cells of the next row, which are good up to the next call.
func (c *csvReader) read() ([][]byte, error) {
	var line []byte
	for len(line) == 0 {
		var err error
		if line, err = c.next(); err != nil {
			return nil, err
		}
	}
	c.line = c.lines
	if err := checkText(line); err != nil {
		return nil, err
	}
	c.cells = c.cells[:0]
	if bytes.IndexByte(line, '"') < 0 {
		if bytes.IndexByte(line, '\r') >= 0 {
			if c.line == 1 {
				return nil, errCarriageReturns
			}
			return nil, rowErrorf("there is a carriage return (CR) within the line; lines end in LF or CR LF, and a cell with one stands in quotes")
		}
		for {
			i := bytes.IndexByte(line, c.separator)
			if i < 0 {
				c.cells = append(c.cells, line)
				return c.cells, nil
			}
			c.cells = append(c.cells, line[:i])
			line = line[i+1:]
		}
	}
	return c.quoted(line)
}

func checkText(line []byte) error {
	switch {
	case bytes.IndexByte(line, 0) >= 0:
		return rowErrorf("there is a NUL byte, so that this is no text, or one in UTF-16 without a byte order mark")
	case !utf8.Valid(line):
		return rowErrorf("it is no UTF-8")
	}
	return nil
}

// next returns the next line, without its end.
func (c *csvReader) next() ([]byte, error) {
	line, err := c.text.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		c.long = append(c.long[:0], line...)
		for errors.Is(err, bufio.ErrBufferFull) {
			line, err = c.text.ReadSlice('\n')
			if c.long = append(c.long, line...); len(c.long) > maxRecord {
				c.line = c.lines + 1
				if c.line == 1 && bytes.IndexByte(c.long, '\r') >= 0 {
					return nil, errCarriageReturns
				}
				return nil, errLongRow
			}
		}
		line = c.long
	}
	if err != nil && (!errors.Is(err, io.EOF) || len(line) == 0) {
		return nil, err
	}
	c.lines++
	line = bytes.TrimSuffix(line, []byte("\n"))
	return bytes.TrimRight(line, "\r"), nil
}

// quoted reads a row from a line with quotes on.
func (c *csvReader) quoted(line []byte) ([][]byte, error) {
	c.unquoted, c.ends = c.unquoted[:0], c.ends[:0]
	for {
		if len(line) > 0 && line[0] == '"' {
			line = line[1:]
			for {
				i := bytes.IndexByte(line, '"')
				if i >= 0 {
					c.unquoted = append(c.unquoted, line[:i]...)
					if line = line[i+1:]; len(line) == 0 || line[0] != '"' {
						break
					}
					c.unquoted, line = append(c.unquoted, '"'), line[1:]
					continue
				}
				c.unquoted = append(append(c.unquoted, line...), '\n')
				if len(c.unquoted) > maxRecord {
					return nil, fmt.Errorf("%w: is a quote not closed?", errLongRow)
				}
				var err error
				if line, err = c.next(); errors.Is(err, io.EOF) {
					return nil, errors.New("a quote of the row that begins there is not closed")
				} else if err != nil {
					return nil, err
				}
				if err := checkText(line); err != nil {
					return nil, err
				}
			}
			if len(line) > 0 && line[0] != c.separator {
				return nil, rowErrorf("there is more after the closing quote of a cell: quotes within quotes are doubled")
			}
		} else {
			i := bytes.IndexByte(line, c.separator)
			if i < 0 {
				i = len(line)
			}
			c.unquoted, line = append(c.unquoted, line[:i]...), line[i:]
		}
		c.ends = append(c.ends, len(c.unquoted))
		if len(line) == 0 {
			break
		}
		line = line[1:]
	}
	begin := 0
	for _, end := range c.ends {
		c.cells = append(c.cells, c.unquoted[begin:end])
		begin = end
	}
	return c.cells, nil
}
