package main

import (
	"fmt"
	"reflect"
)

// checkAgreement evaluates a workload in every engine that has it, on all its
// messages, and reports the first result that differs from the first engine's.
func checkAgreement(w workload, engines []engine) error {
	for i, message := range w.messages {
		var want any
		first := ""
		for _, engine := range engines {
			if engine.source(w) == "" {
				continue
			}
			evaluator, err := engine.compile(w)
			if err != nil {
				return fmt.Errorf("%s: %s does not compile it: %w", w.name, engine.name, err)
			}
			result, err := evaluator.result(message)
			if err != nil {
				return fmt.Errorf("%s: %s on message %d: %w", w.name, engine.name, i, err)
			}
			result = withoutNumberTypes(result)
			if first == "" {
				first, want = engine.name, result
			} else if !reflect.DeepEqual(want, result) {
				return fmt.Errorf("%s: on message %d %s gives %v (%T), %s gives %v (%T)",
					w.name, i, first, want, want, engine.name, result, result)
			}
		}
	}
	return nil
}

// withoutNumberTypes makes every number a float64, as each engine has its own
// idea of which type a number gets.
func withoutNumberTypes(result any) any {
	switch result := result.(type) {
	case int:
		return float64(result)
	case int64:
		return float64(result)
	case []any:
		items := make([]any, len(result))
		for i, item := range result {
			items[i] = withoutNumberTypes(item)
		}
		return items
	}
	return result
}
