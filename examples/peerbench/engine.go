package main

// engine evaluates workloads in its own language.
type engine struct {
	name string
	// source returns the engine's expression of a workload, empty if it has none.
	source func(workload) string
	// compile makes the expression ready; what can be shared by all expressions
	// was made before.
	compile func(workload) (evaluator, error)
	// timeCompile asks for the time of compile too.
	timeCompile bool
}

// Names of the engines.
const (
	stellarName     = "Stellar"
	exprMapName     = "expr (map)"
	exprStructName  = "expr (struct)"
	celName         = "cel-go"
	govaluateName   = "govaluate"
	handWrittenName = "hand-written"
)

// allEngines lists the engines in the order of the table.
func allEngines() ([]engine, error) {
	celEngine, err := newCELEngine()
	if err != nil {
		return nil, err
	}
	return []engine{
		stellarEngine, exprMapEngine, exprStructEngine, celEngine, govaluateEngine, handWrittenEngine,
	}, nil
}

// evaluator is a compiled expression. It is not for concurrent use, as some
// engines are fastest with memory of their own.
type evaluator struct {
	// result evaluates once and returns the result as a Go value.
	result func(message map[string]any) (any, error)
	// repeat evaluates many times and leaves results in the engine's own form.
	repeat func(times int, message map[string]any) error
}

// evaluatorOf makes an evaluator of a single evaluation. Every engine, and the
// hand-written code, pays the same indirect call per evaluation.
//
// adapt gives a message the form that the engine wants; it is not timed. toGo
// makes a Go value of a result.
func evaluatorOf[M, R any](
	adapt func(map[string]any) M, evaluate func(M) (R, error), toGo func(R) any,
) evaluator {
	return evaluator{
		result: func(message map[string]any) (any, error) {
			result, err := evaluate(adapt(message))
			if err != nil {
				return nil, err
			}
			return toGo(result), nil
		},
		repeat: func(times int, message map[string]any) error {
			adapted := adapt(message)
			for range times {
				if _, err := evaluate(adapted); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

func unchanged(message map[string]any) map[string]any { return message }

func boxed[R any](result R) any { return result }
