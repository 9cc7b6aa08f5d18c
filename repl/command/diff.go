package command

import (
	"fmt"
	"strings"
)

// diffContext is how many lines around changes a diff shows.
const diffContext = 3

// maxDiffCells bounds the work of finding lines that are the same.
const maxDiffCells = 4 << 20

// diffLine is a line of a diff: ' ' in both texts, '-' in the old one, '+' in the new one.
type diffLine struct {
	sign byte
	line string
}

// unifiedDiff returns the lines in which two texts differ, in the form that patch reads.
func unifiedDiff(name, before, after string) string {
	changes := diffLines(linesOf(before), linesOf(after))
	var b strings.Builder
	fmt.Fprintf(&b, "--- %s\n+++ %s\n", name, name)
	oldLine, newLine := 1, 1
	for at := 0; at < len(changes); {
		if changes[at].sign == ' ' {
			at, oldLine, newLine = at+1, oldLine+1, newLine+1
			continue
		}
		from := max(0, at-diffContext)
		oldFrom, newFrom := oldLine-(at-from), newLine-(at-from)
		end, same := at, 0
		for ; end < len(changes) && same <= 2*diffContext; end++ {
			if same++; changes[end].sign != ' ' {
				same = 0
			}
		}
		end -= max(0, same-diffContext)
		hunk := changes[from:end]
		oldCount, newCount := 0, 0
		for _, c := range hunk {
			if c.sign != '+' {
				oldCount++
			}
			if c.sign != '-' {
				newCount++
			}
		}
		fmt.Fprintf(&b, "@@ -%s +%s @@\n", hunkRange(oldFrom, oldCount), hunkRange(newFrom, newCount))
		for _, c := range hunk {
			fmt.Fprintf(&b, "%c%s", c.sign, c.line)
			if !strings.HasSuffix(c.line, "\n") {
				b.WriteString("\n\\ No newline at end of file\n")
			}
		}
		oldLine, newLine, at = oldFrom+oldCount, newFrom+newCount, end
	}
	return b.String()
}

// hunkRange returns the lines of a text that a hunk holds, as diffs write them.
func hunkRange(from, count int) string {
	if count == 0 {
		from--
	}
	return fmt.Sprintf("%d,%d", from, count)
}

// linesOf returns the lines of a text with their ends.
func linesOf(text string) []string {
	lines := strings.SplitAfter(text, "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// diffLines finds the fewest lines to change, unless there are very many.
func diffLines(before, after []string) (changes []diffLine) {
	start := 0
	for start < min(len(before), len(after)) && before[start] == after[start] {
		changes = append(changes, diffLine{' ', before[start]})
		start++
	}
	same := 0
	for same < min(len(before), len(after))-start && before[len(before)-1-same] == after[len(after)-1-same] {
		same++
	}
	tail := before[len(before)-same:]
	before, after = before[start:len(before)-same], after[start:len(after)-same]
	var common [][]int // by offsets in both, the most lines that are the same from there on
	if len(before)*len(after) <= maxDiffCells {
		common = make([][]int, len(before)+1)
		for i := len(before); i >= 0; i-- {
			common[i] = make([]int, len(after)+1)
			for j := len(after) - 1; j >= 0 && i < len(before); j-- {
				if before[i] == after[j] {
					common[i][j] = common[i+1][j+1] + 1
				} else {
					common[i][j] = max(common[i+1][j], common[i][j+1])
				}
			}
		}
	}
	i, j := 0, 0
	for i < len(before) || j < len(after) {
		switch {
		case common != nil && i < len(before) && j < len(after) && before[i] == after[j]:
			changes = append(changes, diffLine{' ', before[i]})
			i, j = i+1, j+1
		case i < len(before) && (j == len(after) || common == nil || common[i+1][j] >= common[i][j+1]):
			changes = append(changes, diffLine{'-', before[i]})
			i++
		default:
			changes = append(changes, diffLine{'+', after[j]})
			j++
		}
	}
	for _, line := range tail {
		changes = append(changes, diffLine{' ', line})
	}
	return changes
}
