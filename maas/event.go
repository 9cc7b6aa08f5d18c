package maas

import "time"

// Event is something that happened to a registry or a client. Which fields hold
// depends on Kind; the others are zero. No field holds a secret of a message or URL.
type Event struct {
	Kind EventKind

	Model    string
	Version  string
	Function string        // of the model
	Instance string        // the URL of the instance, as it may be logged
	Protocol string        // by which the instance is asked
	Outcome  Outcome       // of a call or an attempt
	Duration time.Duration // of a call or an attempt
	Sent     int64         // bytes of the request of an attempt
	Received int64         // bytes of its answer

	// Subject is the path of a node or the address of a server, in what a registry
	// tells.
	Subject string
	// Err is the reason of what went wrong, nil if nothing did.
	Err error
}

// EventKind says what happened.
type EventKind uint8

const (
	// CallDone: a call of a model has an outcome, as the caller sees it.
	CallDone EventKind = iota + 1
	// AttemptDone: an instance has answered or failed. A call has none if it was
	// answered from the cache, several if it was tried again.
	AttemptDone
	// Ejected: an instance is not called for a while.
	Ejected
	// Returned: an instance is called again.
	Returned
	// ShadowCompared: the answer of a shadow version was compared; Err says how it
	// differs.
	ShadowCompared
	// Connected: the registry has a connection to its servers.
	Connected
	// Disconnected: the registry has lost its connection, or got none.
	Disconnected
	// SessionExpired: the servers have dropped the registry's own instances, which
	// are registered again.
	SessionExpired
	// Refused: what a registry holds cannot be read or written, and is left out.
	Refused
	// Registered: an own instance is registered, for the first time or again.
	Registered
	// Changed: the registry has a new snapshot.
	Changed
)

var eventNames = [...]string{
	CallDone: "call", AttemptDone: "attempt", Ejected: "ejected", Returned: "returned", ShadowCompared: "shadow compared",
	Connected: "connected", Disconnected: "disconnected", SessionExpired: "session expired", Refused: "refused",
	Registered: "registered", Changed: "changed",
}

// String returns the kind in words.
func (k EventKind) String() string { return eventNames[k] }

// Outcome says what became of a call or an attempt.
type Outcome uint8

const (
	// OK: the model has answered.
	OK Outcome = iota + 1
	// Cached: the answer, or a failure, was known already.
	Cached
	// Coalesced: an equal call was under way, and its outcome is taken.
	Coalesced
	// ModelError: the model says that it failed, or that the request is wrong.
	ModelError
	// Timeout: there was no answer in time.
	Timeout
	// Transport: the instance could not be reached, or broke off.
	Transport
	// Rejected: too many calls of the model wait already, or the request cannot be
	// sent.
	Rejected
	// NotCalled: every instance is ejected.
	NotCalled
	// Undecodable: the answer is of no use.
	Undecodable
	// CalledOff: nobody waits for the answer any more.
	CalledOff
)

var outcomeNames = [...]string{
	OK: "ok", Cached: "cached", Coalesced: "coalesced", ModelError: "model_error", Timeout: "timeout", Transport: "transport",
	Rejected: "rejected", NotCalled: "ejected", Undecodable: "decode", CalledOff: "called_off",
}

// String returns the outcome as metrics name it.
func (o Outcome) String() string { return outcomeNames[o] }
