package maxmind

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/oschwald/maxminddb-golang/v2"
)

// verifier looks at all of a database once: at each node of the tree of networks, and each
// value of the records, by the specification of the format, version 2.0. What the library
// has for that refuses databases that only lack a description, counts nothing, cannot be
// called off, and takes long, as it makes the records.
type verifier struct {
	ctx      context.Context
	nodes    uint
	tree     []byte
	nodeSize uint
	depth    int    // the bits of addresses
	states   []byte // of nodes
	records  []byte
	seen     []uint64 // a bit for each offset of a value that was looked at
	open     []uint   // the offsets of values that are being looked at, by pointers
	visits   int64
	networks int64
	members  map[string]bool // of records
}

// The states of a node.
const (
	unvisited = iota
	open      // those below are being visited
	visited
)

const (
	separatorSize = 16   // between the tree and the records
	maxMembers    = 1000 // that are kept
	maxDepth      = 512  // of a record
	visitsOf      = 1 << 14
)

// verify returns how many networks there are, and which members records have.
func verify(ctx context.Context, metadata *maxminddb.Metadata, content []byte) (networks int64, members []string, err error) {
	v := &verifier{ctx: ctx, nodes: metadata.NodeCount, nodeSize: metadata.RecordSize / 4, depth: 128, members: map[string]bool{}}
	if metadata.IPVersion == 4 {
		v.depth = 32
	}
	if i := bytes.LastIndex(content, []byte("\xab\xcd\xefMaxMind.com")); i >= 0 {
		content = content[:i]
	}
	size := uint(len(content))
	if v.nodeSize < 6 || v.nodeSize > 8 || v.nodes == 0 || v.nodes > size/v.nodeSize || size-v.nodes*v.nodeSize < separatorSize {
		return 0, nil, errCutOff
	}
	v.tree, v.records = content[:v.nodes*v.nodeSize], content[v.nodes*v.nodeSize+separatorSize:]
	v.states, v.seen = make([]byte, v.nodes), make([]uint64, len(v.records)/64+1)
	if err := v.node(0, 0); err != nil {
		return 0, nil, err
	}
	return v.networks, slices.Sorted(maps.Keys(v.members)), nil
}

// What can be wrong with a database.
var (
	errCutOff   = errors.New("its tree of networks is cut off")
	errLoop     = errors.New("its tree of networks has a loop")
	errDeep     = errors.New("its tree of networks is deeper than addresses are long")
	errNoRecord = errors.New("its tree of networks names a record that there is not")
	errRecord   = errors.New("a record cannot be read")
)

// visit counts what is looked at, and returns the error of the context.
func (v *verifier) visit() error {
	if v.visits++; v.visits%visitsOf == 0 {
		return v.ctx.Err()
	}
	return nil
}

func (v *verifier) node(number uint, depth int) error {
	switch {
	case v.states[number] == open:
		return errLoop
	case v.states[number] == visited: // networks may have a second name, such as those of 6to4
		return nil
	case depth == v.depth:
		return errDeep
	}
	v.states[number] = open
	left, right := v.children(number)
	for _, child := range [...]uint{left, right} {
		var err error
		switch {
		case child < v.nodes:
			err = v.node(child, depth+1)
		case child > v.nodes:
			v.networks++
			err = v.record(child - v.nodes)
		}
		if err != nil {
			return err
		}
	}
	v.states[number] = visited
	return v.visit()
}

// children returns the two numbers of a node.
func (v *verifier) children(number uint) (left, right uint) {
	b := v.tree[number*v.nodeSize:][:v.nodeSize]
	switch v.nodeSize {
	case 6:
		return numberOf(b[:3]), numberOf(b[3:])
	case 7:
		return uint(b[3]>>4)<<24 | numberOf(b[:3]), uint(b[3]&15)<<24 | numberOf(b[4:])
	}
	return numberOf(b[:4]), numberOf(b[4:])
}

func numberOf(b []byte) (n uint) {
	for _, c := range b {
		n = n<<8 | uint(c)
	}
	return n
}

// record looks at a record, by the number that the tree has for it.
func (v *verifier) record(pointer uint) error {
	if pointer < separatorSize || pointer-separatorSize >= uint(len(v.records)) {
		return errNoRecord
	}
	return v.pointed(pointer-separatorSize, 0)
}

func (v *verifier) member(name []byte) {
	if !v.members[string(name)] && len(v.members) < maxMembers {
		v.members[string(name)] = true
	}
}

func (v *verifier) isSeen(at uint) bool { return v.seen[at/64]&(1<<(at%64)) != 0 }

// pointed looks at a value that something points to, if that was not done before.
func (v *verifier) pointed(at uint, depth int) error {
	if at >= uint(len(v.records)) || slices.Contains(v.open, at) {
		return errRecord
	}
	if v.isSeen(at) {
		return nil
	}
	v.seen[at/64] |= 1 << (at % 64)
	v.open = append(v.open, at)
	_, err := v.value(at, depth)
	v.open = v.open[:len(v.open)-1]
	return err
}

// The kinds of values.
const (
	kindPointer = 1
	kindText    = 2
	kindDouble  = 3
	kindBytes   = 4
	kindUint16  = 5
	kindUint32  = 6
	kindMap     = 7
	kindInt32   = 8
	kindUint64  = 9
	kindUint128 = 10
	kindArray   = 11
	kindBool    = 14
	kindFloat   = 15
)

// mostBytes is how many bytes kinds of numbers may take.
var mostBytes = [...]uint{kindDouble: 8, kindUint16: 2, kindUint32: 4, kindInt32: 4, kindUint64: 8, kindUint128: 16, kindFloat: 4}

// value looks at a value, and returns where it ends.
func (v *verifier) value(at uint, depth int) (end uint, err error) {
	if depth > maxDepth {
		return 0, errRecord
	}
	if err := v.visit(); err != nil {
		return 0, err
	}
	kind, size, next, err := v.head(at)
	if err != nil {
		return 0, err
	}
	if depth == 0 && kind != kindMap && kind != kindPointer {
		v.member([]byte(notMap))
	}
	switch kind {
	case kindPointer:
		if to, _, _, err := v.head(size); err != nil || to == kindPointer {
			return 0, errRecord
		}
		return next, v.pointed(size, depth)
	case kindMap, kindArray:
		each := uint(1)
		if kind == kindMap {
			each = 2
		}
		for i := range size * each {
			if kind == kindMap && i%2 == 0 {
				name, err := v.text(next)
				if err != nil {
					return 0, err
				}
				if depth == 0 {
					v.member(name)
				}
			}
			if next, err = v.value(next, depth+1); err != nil {
				return 0, err
			}
		}
		return next, nil
	case kindBool:
		if size > 1 {
			return 0, errRecord
		}
		return next, nil
	case kindText, kindBytes:
	case kindDouble, kindFloat:
		if size != mostBytes[kind] {
			return 0, errRecord
		}
	case kindUint16, kindUint32, kindInt32, kindUint64, kindUint128:
		if size > mostBytes[kind] {
			return 0, errRecord
		}
	default:
		return 0, errRecord
	}
	if size > uint(len(v.records))-next {
		return 0, errRecord
	}
	return next + size, nil
}

// text returns the text that is a value, or that it points to.
func (v *verifier) text(at uint) ([]byte, error) {
	kind, size, next, err := v.head(at)
	if err == nil && kind == kindPointer {
		kind, size, next, err = v.head(size)
	}
	if err != nil || kind != kindText || size > uint(len(v.records))-next {
		return nil, errRecord
	}
	return v.records[next : next+size], nil
}

// head reads the kind and the size of a value, and returns what comes after them. The size
// of a pointer is where it points to.
func (v *verifier) head(at uint) (kind int, size, next uint, err error) {
	if at >= uint(len(v.records)) {
		return 0, 0, 0, errRecord
	}
	b := v.records[at:]
	first := b[0]
	used := uint(1)
	if kind = int(first >> 5); kind == 0 { // the next byte says it
		if len(b) < 2 || b[1] == 0 || b[1] > kindFloat-7 {
			return 0, 0, 0, errRecord
		}
		kind, used = int(b[1])+7, 2
	}
	size = uint(first & 31)
	more, base := uint(0), uint(0)
	switch {
	case kind == kindPointer:
		more = size>>3 + 1
		base, size = [...]uint{0, 2048, 526336, 0}[more-1], size&7
		if more == 4 {
			size = 0
		}
	case size >= 29:
		more = size - 28
		base, size = [...]uint{29, 285, 65821}[more-1], 0
	}
	if more > uint(len(b))-used {
		return 0, 0, 0, errRecord
	}
	for _, c := range b[used : used+more] {
		size = size<<8 | uint(c)
	}
	return kind, base + size, at + used + more, nil
}
