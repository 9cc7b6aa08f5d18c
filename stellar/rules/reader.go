package rules

// Reader reads messages for a set, one after the other. It is not safe for
// concurrent use: each goroutine makes a reader of its own.
type Reader struct{}

// Reader makes a reader.
func (s *Set) Reader() *Reader { return &Reader{} }

// Read reads a message as ParseMessage does. It may be used until the next call.
func (r *Reader) Read(text []byte) (*Message, error) { return ParseMessage(text) }
