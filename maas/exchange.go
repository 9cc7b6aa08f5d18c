package maas

import (
	"github.com/stellarlang/stellar/maas/protocol"
	"github.com/stellarlang/stellar/stellar/value"
)

// Exchange is what was asked of a model, and what came of it. There is one for each call
// that was not answered from the cache or by an equal one, and for each comparison with a
// shadow version.
//
// Unlike events it holds what expressions ask, which may be secret, and what models make
// of it. Nothing in it may be changed.
type Exchange struct {
	Model    string // empty, like Version, for an instance that no registry lists
	Version  string
	Function string

	// Inputs and Outputs are those that the registry declares, if it does.
	Inputs, Outputs []protocol.Tensor

	Args   *value.Map  // frozen; nil for none
	Answer value.Value // a frozen map; null if there is none
	Err    error       // why there is none
}

// exchange tells who inspects what became of a question.
func (c *Client) exchange(t target, args *value.Map, answer value.Value, err error) {
	if c.options.Inspect == nil {
		return
	}
	e := Exchange{Function: t.function, Args: args, Answer: answer, Err: err}
	if v := t.version; v != nil {
		e.Model, e.Version = t.model(), v.name
		e.Inputs, e.Outputs = v.release.Inputs, v.release.Outputs
	}
	c.options.Inspect(e)
}
