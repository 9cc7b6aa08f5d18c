package table

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

// needs are what rows that replace others must have.
type needs struct {
	mu      sync.Mutex
	checks  []func(Lookup) error
	columns map[string]bool // that rules name
	before  map[string]bool // that rules name which were read before
}

func (n *needs) add(check func(Lookup) error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.checks = append(n.checks, check)
}

func (n *needs) name(column string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.columns == nil {
		n.columns = map[string]bool{}
	}
	n.columns[column] = true
}

func (n *needs) renew() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.before == nil {
		n.before = map[string]bool{}
	}
	for column := range n.columns {
		n.before[column] = true
	}
	n.columns = nil
}

func (n *needs) settle() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.before = nil
}

// check returns what rows lack.
func (n *needs) check(rows Lookup) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if columns := rows.Columns(); columns != nil {
		var lost []string
		for _, needed := range []map[string]bool{n.columns, n.before} {
			for column := range needed {
				if !slices.Contains(columns, column) && !slices.Contains(lost, column) {
					lost = append(lost, column)
				}
			}
		}
		if len(lost) > 0 {
			slices.Sort(lost)
			return fmt.Errorf("there is no column %.300s any more, which rules name", strings.Join(lost, ", "))
		}
	}
	for _, check := range n.checks {
		if err := check(rows); err != nil {
			return err
		}
	}
	return nil
}
