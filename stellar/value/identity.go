package value

// IsIdentical reports whether v and w are one value in memory: the same list, map,
// set, lambda or object, a string that shares the bytes of the other one, or
// equal scalars of one kind.
func (v Value) IsIdentical(w Value) bool {
	return v.kind == w.kind && v.ptr == w.ptr && v.num == w.num
}
