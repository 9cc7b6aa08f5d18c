package table

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
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
				return nil, fmt.Errorf("line %d is longer than %d KiB", c.lines+1, maxRecord>>10)
			}
		}
		line = c.long
	}
	if err != nil && (!errors.Is(err, io.EOF) || len(line) == 0) {
		return nil, err
	}
	c.lines++
	line = bytes.TrimSuffix(line, []byte("\n"))
	return bytes.TrimSuffix(line, []byte("\r")), nil
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
					return nil, fmt.Errorf("the row that begins in line %d is longer than %d KiB: is a quote not closed?", c.line, maxRecord>>10)
				}
				var err error
				if line, err = c.next(); errors.Is(err, io.EOF) {
					return nil, fmt.Errorf("a quote of the row that begins in line %d is not closed", c.line)
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
