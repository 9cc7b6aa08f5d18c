package maas

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/stellarlang/stellar/maas/protocol"
)

// Release is what a registry says of one version of a model, beside where its
// instances run: how these are asked, and which calls the version gets.
type Release struct {
	Model   string `json:"-"`
	Version string `json:"-"`

	// Format is the version of the document's form, ReleaseFormat. 0 stands for it.
	Format int `json:"format"`

	// Protocol names the form in which instances are asked, protocol.NameGET if empty.
	Protocol string `json:"protocol,omitzero"`
	// RemoteName is how the servers call the model, Model if empty.
	RemoteName string `json:"remoteName,omitzero"`
	// RemoteVersion is how the servers call the version. Empty asks for none.
	RemoteVersion string `json:"remoteVersion,omitzero"`
	// Inputs and Outputs are the model's schema. Protocols that send tensors need the
	// inputs.
	Inputs  []protocol.Tensor `json:"inputs,omitempty"`
	Outputs []protocol.Tensor `json:"outputs,omitempty"`
	// BatchSize is how many calls may go to an instance as one, at most; 0 and 1
	// send each alone.
	BatchSize int `json:"batchSize,omitzero"`

	// Stage is a name by which expressions may ask for the version, such as production.
	Stage string `json:"stage,omitzero"`
	// Aliases are names by which expressions may ask for this version alone, such as
	// stable. Of several versions with the same one the newest that runs has it.
	Aliases []string `json:"aliases,omitempty"`
	// Weight is the share of the version in the calls that name none, in proportion to
	// the weights of the model's other versions. If no version has a weight, the newest
	// gets all.
	Weight *int `json:"weight,omitempty"`
	// Key is the argument that decides which version a call gets: equal values get
	// the same version. Empty stands for all arguments together.
	Key string `json:"key,omitzero"`
	// Shadow versions are called beside the version that answers; their answers are
	// compared and not used.
	Shadow bool `json:"shadow,omitzero"`

	// Card says for people what the version is.
	Card *Card `json:"card,omitempty"`
	// Journal is who changed the stage, weights and card when, the latest last.
	Journal []Change `json:"journal,omitempty"`

	// Others are the members of the document that mean nothing here. They are kept.
	Others jsontext.Value `json:",embed"`
}

// ReleaseFormat is the form of the documents that are written here. Later forms may
// be read as long as they only add members.
const ReleaseFormat = 1

// MaxWeight bounds weights, so that sums stay exact.
const MaxWeight = 1_000_000

// ErrRelease is wrapped by the errors of documents that are malformed.
var ErrRelease = errors.New("malformed release")

// ParseRelease reads the document of a version of a model.
func ParseRelease(model, version string, document []byte) (Release, error) {
	r := Release{Model: model, Version: version}
	if err := json.Unmarshal(document, &r); err != nil {
		offset, err := explain(err)
		line, column := position(document, offset)
		return Release{}, fmt.Errorf("%w: %d:%d: %w", ErrRelease, line, column, err)
	}
	return r, r.Check()
}

// Document returns the document of the version, as ParseRelease reads it.
func (r Release) Document() ([]byte, error) {
	r.Format = cmp.Or(r.Format, ReleaseFormat)
	if err := r.Check(); err != nil {
		return nil, err
	}
	return json.Marshal(r, json.Deterministic(true))
}

// digest stands in keys for what decides how instances are asked.
func (r *Release) digest() string {
	if r.Protocol == "" && r.RemoteName == "" && r.RemoteVersion == "" && r.Inputs == nil && r.Outputs == nil {
		return ""
	}
	asked := Release{
		Protocol: r.Protocol, RemoteName: r.RemoteName, RemoteVersion: r.RemoteVersion, Inputs: r.Inputs, Outputs: r.Outputs,
	}
	document, err := json.Marshal(asked, json.Deterministic(true))
	if err != nil {
		return err.Error() // not of strings and numbers
	}
	hash := sha256.Sum256(document)
	return string(hash[:8])
}

// Check reports what is wrong with a release.
func (r Release) Check() error {
	var all []error
	refuse := func(format string, args ...any) {
		all = append(all, fmt.Errorf("%w: "+format, append([]any{ErrRelease}, args...)...))
	}
	for _, err := range []error{checkName("model", r.Model), checkName("version", r.Version)} {
		if err != nil {
			refuse("%w", err)
		}
	}
	if r.Format < 0 {
		refuse("format is %d, it must be a positive number", r.Format)
	}
	if w := r.Weight; w != nil && (*w < 0 || *w > MaxWeight) {
		refuse("weight is %d, it must be from 0 to %d", *w, MaxWeight)
	}
	if len(r.Aliases) > maxAliases {
		refuse("it has %d aliases, %d are the most", len(r.Aliases), maxAliases)
	}
	for _, alias := range r.Aliases {
		if err := CheckAlias(alias); err != nil {
			refuse("%w", err)
		}
	}
	if r.Card != nil {
		r.Card.check(refuse)
	}
	if r.BatchSize < 0 {
		refuse("batchSize is %d, it must not be negative", r.BatchSize)
	}
	for _, tensors := range [][]protocol.Tensor{r.Inputs, r.Outputs} {
		if err := protocol.CheckTensors(tensors); err != nil {
			refuse("%w", err)
		}
		for _, t := range tensors {
			if r.BatchSize > 1 && (len(t.Shape) == 0 || t.Shape[0] != -1) {
				refuse("batchSize is %d, but %q has no batch, a first dimension of -1", r.BatchSize, t.Name)
			}
		}
	}
	return errors.Join(all...)
}

// maxAliases bounds the aliases of a version.
const maxAliases = 20

var aliasForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9._-]{0,63}$`)

// CheckAlias reports why versions cannot be asked for by a name: it must not be taken for
// anything else.
func CheckAlias(name string) error {
	switch {
	case !aliasForm.MatchString(name):
		return fmt.Errorf("the alias %.70q must begin with a letter and have at most 64 letters, digits, points, - and _", name)
	case slices.Contains([]string{latest, StageProduction, StageStaging, StageArchived}, name):
		return fmt.Errorf("%s cannot be an alias: it stands for something else", name)
	}
	return nil
}
