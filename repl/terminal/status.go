package terminal

// eraseLine has a terminal go to the beginning of its line, and erase it.
const eraseLine = "\r\x1b[K"

// Status shows a text in the line after what was written, in place of the last status,
// and as much of it as the terminal is wide. What is written next erases it; so does
// an empty text. If the writer does not write to a terminal, nothing is shown.
func (w *Writer) Status(text string) {
	if !Is(w.w) {
		return
	}
	width := Width(w.w)
	shown := []rune(Printable(text))
	shown = shown[:min(len(shown), width-1)] // in the last column some terminals begin a line
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.status == string(shown) {
		return
	}
	w.status = string(shown)
	_, _ = w.w.Write([]byte(eraseLine + w.status)) // who can't see it misses nothing else
}
