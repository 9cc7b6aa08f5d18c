package compile

// uses is what an evaluation has used of what is kept for others too, and was charged for.
type uses struct {
	few  []use
	many map[useKey]any // those that are not among the few
}

type use struct {
	useKey
	made any
}

type useKey struct {
	owner any
	key   string
}

const (
	maxFewUses = 16 // looking through them takes less than hashing a key
	maxUses    = 256
)

// Used implements fn.Evaluation.
func (e *state) Used(owner any, key string) any {
	wanted := useKey{owner, key}
	for i := range e.uses.few {
		if e.uses.few[i].useKey == wanted {
			return e.uses.few[i].made
		}
	}
	return e.uses.many[wanted]
}

// Use implements fn.Evaluation. When there are too many, all are forgotten.
func (e *state) Use(owner any, key string, made any) {
	u := &e.uses
	if len(u.few)+len(u.many) == maxUses {
		u.forget()
	}
	if len(u.few) < maxFewUses {
		u.few = append(u.few, use{useKey{owner, key}, made})
		return
	}
	if u.many == nil {
		u.many = map[useKey]any{}
	}
	u.many[useKey{owner, key}] = made
}

func (u *uses) forget() {
	clear(u.few)
	u.few, u.many = u.few[:0], nil
}
