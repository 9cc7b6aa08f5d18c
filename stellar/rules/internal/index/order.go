package index

import (
	"slices"

	"github.com/stellarlang/stellar/stellar/internal/analysis"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
)

// thresholds are the numbers that a field is compared with by one operator, those first
// for which the comparison holds for most values.
type thresholds struct {
	op      syntax.Op
	numbers []value.Value
	lists   []list
}

// findOrders adds the conditions that compare the field with a number.
func (f *field) findOrders(c *Candidates, v value.Value) {
	for i := range f.orders {
		t := &f.orders[i]
		for k, number := range t.numbers {
			if holds, _ := analysis.Holds(t.op, v, number); !holds {
				break
			}
			c.add(t.lists[k])
		}
	}
}

// thresholdsOf sorts the numbers of an operator.
func thresholdsOf(op syntax.Op, lists map[int]list, numbers []value.Value) thresholds {
	places := make([]int, len(numbers))
	for i := range places {
		places[i] = i
	}
	slices.SortFunc(places, func(a, b int) int {
		order, _ := value.Compare(numbers[a], numbers[b])
		if op == syntax.Less || op == syntax.LessOrEqual {
			order = -order
		}
		return order
	})
	t := thresholds{op: op}
	for _, place := range places {
		t.numbers = append(t.numbers, numbers[place])
		t.lists = append(t.lists, lists[place])
	}
	return t
}
