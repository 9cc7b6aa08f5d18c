package maas_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/golang-lru/v2/expirable"
	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/value"
)

const question = `MAAS_MODEL_APPLY(MAAS_GET_ENDPOINT('dga'), {'host' : d})`

// handWritten is what somebody would write in Go who needs one model.
type handWritten struct {
	client *http.Client
	mu     sync.Mutex
	cache  *expirable.LRU[string, value.Value]
}

func (h *handWritten) ask(address, host string) (value.Value, error) {
	key := "dga\x001.0\x00apply\x00host=" + host
	h.mu.Lock()
	answer, ok := h.cache.Get(key)
	h.mu.Unlock()
	if ok {
		return answer, nil
	}
	answer, err := h.get(address, host)
	if err == nil {
		h.mu.Lock()
		h.cache.Add(key, answer)
		h.mu.Unlock()
	}
	return answer, err
}

func (h *handWritten) get(address, host string) (value.Value, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"/apply?host="+url.QueryEscape(host), nil)
	if err != nil {
		return value.Null, err
	}
	request.Header.Set("Accept", "application/json")
	response, err := h.client.Do(request)
	if err != nil {
		return value.Null, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return value.Null, fmt.Errorf("status %d", response.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		return value.Null, err
	}
	return value.ParseJSON(body)
}

// ratioModel answers at an address.
func ratioModel(tb testing.TB) string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"is_malicious": "dga", "score": 0.93}`)
	}))
	tb.Cleanup(s.Close)
	return s.URL
}

func ratioProgram(tb testing.TB, address string, o maas.Options) *stellar.Program {
	var instances []maas.Instance
	for n := range 4000 { // 100 models, 10 instances, 4 versions
		instances = append(instances, maas.Instance{
			Model: fmt.Sprint("m", n%100), Version: fmt.Sprint(n / 100 % 4), ID: fmt.Sprint(n), URL: fmt.Sprint("http://host", n),
		})
	}
	registry, err := maas.NewMemory(append(instances, maas.Instance{Model: "dga", Version: "1.0", ID: "1", URL: address})...)
	require.NoError(tb, err)
	client := maas.NewClient(registry, o)
	tb.Cleanup(func() { _ = client.Close() })
	env, err := stellar.NewEnv(stellar.Options{Functions: maas.Functions(client)})
	require.NoError(tb, err)
	program, err := env.Compile(question)
	require.NoError(tb, err)
	return program
}

// BenchmarkRatio pairs a call in an expression with what one would write in Go. Compare
// the minima of several runs:
//
//	go test ./maas -run '^$' -bench Ratio -benchtime 100ms -count 10
func BenchmarkRatio(b *testing.B) {
	address := ratioModel(b)
	byHand := &handWritten{
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}},
		cache:  expirable.NewLRU[string, value.Value](100_000, nil, 10*time.Minute),
	}
	program := ratioProgram(b, address, maas.Options{})
	variables := stellar.Vars{"d": "example.com"}
	b.Run("cached/ours", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if v, err := program.Value(context.Background(), variables); err != nil || v.IsNull() {
				b.Fatal(v, err)
			}
		}
	})
	b.Run("cached/Go", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := byHand.ask(address, "example.com"); err != nil {
				b.Fatal(err)
			}
		}
	})
	uncached := ratioProgram(b, address, maas.Options{CacheTime: -1})
	b.Run("uncached/ours", func(b *testing.B) {
		for n := 0; b.Loop(); n++ {
			if v, err := uncached.Value(context.Background(), stellar.Vars{"d": strconv.Itoa(n)}); err != nil || v.IsNull() {
				b.Fatal(v, err)
			}
		}
	})
	b.Run("uncached/Go", func(b *testing.B) {
		for n := 0; b.Loop(); n++ {
			if _, err := byHand.get(address, strconv.Itoa(n)); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// TestCachedCallAllocations: what the map of arguments takes, and no more.
func TestCachedCallAllocations(t *testing.T) {
	program := ratioProgram(t, ratioModel(t), maas.Options{})
	variables := stellar.Vars{"d": "example.com"}
	ask := func() {
		v, err := program.Value(context.Background(), variables)
		require.NoError(t, err)
		require.False(t, v.IsNull())
	}
	ask()
	require.LessOrEqual(t, testing.AllocsPerRun(100, ask), 3.0)
}
