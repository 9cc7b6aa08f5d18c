//go:build unix

package torture

import (
	"fmt"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kfake"
)

// TestHarness has small workers of the test tortured, right and wrong ones: what the wrong
// ones do must be found out.
func TestHarness(t *testing.T) {
	t.Parallel()
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.BrokerConfigs(map[string]string{"group.min.session.timeout.ms": "500"}))
	require.NoError(t, err)
	t.Cleanup(cluster.Close)
	address := cluster.ListenAddrs()[0]
	for name, kind := range map[string]string{"write-first": writesFirst, "commit-first": commitsFirst, "transactions": transacts} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			hold := func(name string, patience time.Duration) outcome {
				tr := trial{
					name: name, input: address, output: address, patience: patience,
					messages: 20_000, time: 5 * time.Second, every: 800 * time.Millisecond, session: time.Second,
				}
				tr.command = func(worker string) *exec.Cmd {
					return copier{
						Input: address, Output: address, In: tr.in(), Out: tr.out(), Errors: tr.errors(), Group: tr.group(),
						Name: worker, Kind: kind, Session: tr.session,
					}.command(t)
				}
				o := tr.run(t)
				require.Empty(t, o.faults)
				require.Zero(t, o.unread)
				return o
			}
			switch kind {
			case writesFirst:
				hold(name, 30*time.Second).atLeastOnce(t)
			case transacts:
				o := hold(name, 30*time.Second)
				o.exactlyOnce(t)
				require.Positive(t, o.committed)
			case commitsFirst: // what is lost never comes; workers may be killed when they have nothing to lose
				for attempt := range 4 {
					if hold(fmt.Sprintf("%s-%d", name, attempt), 3*time.Second).messages.lost > 0 {
						return
					}
				}
				require.Fail(t, "nothing is lost")
			}
		})
	}
}
