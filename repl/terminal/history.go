package terminal

// History keeps what was typed.
type History struct{ entries []string }

func (h *History) Len() int {
	if h == nil {
		return 0
	}
	return len(h.entries)
}
func (h *History) Entry(i int) string { return h.entries[i] }
func (h *History) Add(text string) {
	if h != nil {
		h.entries = append(h.entries, text)
	}
}
