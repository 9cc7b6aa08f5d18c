package protocol

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/value"
)

// FuzzAnswer: no answer makes a protocol panic, or take much more memory than is allowed.
func FuzzAnswer(f *testing.F) {
	for _, text := range []string{
		`{"outputs":[{"name":"y","shape":[1,2,2],"datatype":"FP64","data":[[[1,NaN],[null,-Infinity]]]}]}`,
		`{"outputs":[{"name":"y","shape":[2,1],"datatype":"BYTES","data":["a","b"]},{"name":"z","shape":[2],"datatype":"BOOL","data":[true,false]}]}`,
		`{"outputs":[{"name":"y","shape":[1000000,0],"datatype":"UINT64","data":[]}]}`,
		`{"outputs":[{"name":"y","shape":[18446744073709551615,-1],"datatype":"INT8","data":[18446744073709551615]}]}`,
		`{"outputs":{"y":[[1],[2]],"z":["a","b"]}}`,
		`{"predictions":[{"y":[1,2]},{"y":[[3],[4]]}]}`,
		`{"predictions":[[[[]]],1]}`,
		`{"predictions":null}`,
		`{"predictions":[{"y":{"b64":"ZGdh"},"z":[[{"b64":"/w=="}]]}]}`,
		`{"y":[1.5e300,-0.0]}`,
	} {
		f.Add([]byte(text))
	}
	const memory = 1 << 20
	inputs := []Tensor{{Name: "x", Datatype: "FP64", Shape: []int64{-1}}}
	var models []*Model
	for _, outputs := range [][]Tensor{
		nil, {{Name: "y", Datatype: "FP32", Shape: []int64{-1, 2}}}, {{Name: "y", Datatype: "INT8"}},
		{{Name: "y", Datatype: "BYTES", Shape: []int64{-1}}, {Name: "z", Datatype: "BOOL", Shape: []int64{-1, 1}}},
	} {
		models = append(models, &Model{Outputs: outputs}, &Model{Inputs: inputs, Outputs: outputs})
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		v, err := value.ParseJSONWith(text, value.JSONOptions{Frozen: true, Lenient: true, MaxSize: memory})
		if err != nil || v.Kind() != value.KindMap {
			return
		}
		for _, m := range models {
			for calls := 1; calls <= 3; calls++ {
				if outputs, err := outputsOf(v); err == nil {
					answers, err := m.Answers(outputs, calls, memory)
					check(t, answers, err, calls)
				}
				for _, rows := range []value.Value{v, member(v, predictions), member(v, "outputs")} {
					rows, _ = plain(rows)
					answers, err := m.rows(rows, calls)
					check(t, answers, err, calls)
				}
			}
		}
		runtime.ReadMemStats(&after)
		// There are 8 models with 3 times 4 answers, and the fuzzer allocates meanwhile.
		require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(8*3*4*4*memory))
	})
}

func check(t *testing.T, answers []value.Value, err error, calls int) {
	if err != nil {
		require.ErrorIs(t, err, ErrResponse)
		return
	}
	require.Len(t, answers, calls)
	for _, a := range answers {
		require.Equal(t, value.KindMap, a.Kind())
		require.True(t, a.Frozen())
	}
}
