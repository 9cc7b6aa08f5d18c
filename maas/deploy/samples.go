package deploy

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/stellar/value"
)

// sampleTime bounds the answer to a sample.
const sampleTime = 10 * time.Second

// ask asks the samples of the package. It fails for an answer that is not the wanted one.
func (r *replica) ask(ctx context.Context, at endpoint) error {
	if len(r.Package.Samples) == 0 {
		return nil
	}
	alone := &maas.Memory{}
	if r.Release != nil {
		asked := *r.Release
		asked.Weight, asked.Shadow = nil, false // which calls others get does not matter here
		if err := alone.PutRelease(ctx, asked); err != nil {
			return err
		}
	}
	if err := alone.Register(ctx, maas.Instance{Model: r.Name, Version: r.Version, ID: "sample", URL: at.URL, Functions: at.Functions}); err != nil {
		return err
	}
	client := maas.NewClient(alone, maas.Options{Timeout: sampleTime})
	defer func() { _ = client.Close() }()
	for i, sample := range r.Package.Samples {
		answer, err := client.Call(ctx, maas.Request{
			Model: r.Name, Function: sample.Function, Args: value.FromGo(sample.Arguments).Map(),
		})
		if err != nil {
			return fmt.Errorf("sample %d: %w", i+1, err)
		}
		if err := sample.compare(answer); err != nil {
			return fmt.Errorf("sample %d: %w", i+1, err)
		}
	}
	return nil
}

// compare fails if a member of the answer is not as wanted.
func (s *Sample) compare(answer value.Value) error {
	for _, name := range slices.Sorted(maps.Keys(s.Answer)) {
		got := value.Null
		if m := answer.Map(); m != nil {
			got, _ = m.Get(value.String(name))
		}
		if want := value.FromGo(s.Answer[name]); !value.Equal(want, got) {
			return fmt.Errorf("%s is %.80s, where %.80s is wanted", name, got.AppendJSON(nil), want.AppendJSON(nil))
		}
	}
	return nil
}
