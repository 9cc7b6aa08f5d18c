package terminal

import (
	"os"

	"golang.org/x/term"
)

// usualWidth is that of a terminal that does not say.
const usualWidth = 80

// Width returns how many columns a line of a terminal has, and 80 for any other stream.
func Width(stream any) int {
	if file, ok := stream.(*os.File); ok {
		if width, _, err := term.GetSize(int(file.Fd())); err == nil && width > 0 {
			return width
		}
	}
	return usualWidth
}
