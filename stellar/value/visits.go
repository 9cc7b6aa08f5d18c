package value

// visits is what a walk through containers remembers of those it has been
// through. A container can be a part of another one many times, by way of others
// more often than can be counted, so walking every way there is could take for
// ever. Walks of a few containers remember nothing, which is faster.
type visits[K comparable, V any] struct {
	count int
	known map[K]V
}

const fewVisits = 1000

// recall counts a visit and returns what was found before.
func (m *visits[K, V]) recall(k K) (v V, done bool) {
	if m.count++; m.count > fewVisits {
		v, done = m.known[k]
	}
	return v, done
}

func (m *visits[K, V]) remember(k K, v V) {
	if m.count <= fewVisits {
		return
	}
	if m.known == nil {
		m.known = map[K]V{}
	}
	m.known[k] = v
}
