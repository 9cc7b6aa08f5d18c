package command

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"time"

	functionsprofile "github.com/stellarlang/stellar/functions/profile"
	"github.com/stellarlang/stellar/repl/library"
	"github.com/stellarlang/stellar/repl/terminal"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/profiler"
	"github.com/stellarlang/stellar/stellar/rules/metron"
	"github.com/stellarlang/stellar/stellar/store"
	"github.com/stellarlang/stellar/stellar/stream"
)

// profileCommand measures profiles.
type profileCommand struct {
	hostFlags
	inputFlags
	topicFlags
	Changelog string `placeholder:"ADDRESS" help:"With --from, keep what is known of open periods in a compacted topic, kafka://HOST:PORT/TOPIC, which is made if it is not there, in the transactions in which measurements and offsets are written. Without it a store that workers share keeps it."`

	Period time.Duration `placeholder:"TIME" help:"How long a period lasts, such as 15m or 1h; by default as the global configuration of --config says (profiler.client.period.duration), or 15m. PROFILE_GET and its like must know the same."`
	Late   time.Duration `default:"1m" placeholder:"TIME" help:"How much later than others a message may come: a period ends when there is a message so much younger than its end."`
	Print  string        `enum:"auto,measurements,triage,none" default:"auto" help:"What is written: measurements, the messages that their triage makes, or none. By default measurements if there is no --store, and triage if there is one."`
	Anew   bool          `help:"Begin without what earlier runs left in the store. Messages are measured that they have measured."`
	Name   string        `placeholder:"NAME" help:"The name under which the store keeps open periods, for the next run to go on with; by default that of the file."`

	File   string   `arg:"" name:"profiles" help:"Profiles, in the form of Metron's profiler.json."`
	Inputs []string `arg:"" optional:"" name:"input" help:"${inputs_help}"`
}

// Help is called by the parser of the command line.
func (*profileCommand) Help() string {
	return `Measures what is usual: of each entity, such as an address, profiles make a value of its messages in each period, by the times in the messages. With --store, a file that is made if there is none, or Redis, the values are kept, for PROFILE_GET in rules, and so is what is known of periods that are still open, with which the next run goes on. Messages of files that an earlier run has measured are passed over. stellar doc profiles says more.

  stellar profile profiler.json proxy.json.gz --store baseline.db
  stellar profile profiler.json -f events.json --store redis://localhost
  stellar profile profiler.json proxy.json --period 1h
  stellar run rules.stellar today.json --store baseline.db
  stellar profile profiler.json --from 'kafka://kafka1:9092/proxy?group=profiles' --store redis://localhost

Profiles are in JSON; timestampField names the field with the time of a message, in milliseconds since 1970 or as a text such as 2026-11-26T12:00:00Z:

  {"timestampField": "timestamp", "profiles": [
    {"profile": "bytes", "foreach": "ip_src_addr", "onlyif": "bytes > 0",
     "init": {"s": "STATS_INIT()"}, "update": {"s": "STATS_ADD(s, bytes)"}, "result": "s", "expires": 30}]}

A line that is no message, or has no time, and what fails for a message is told on standard error, and passed over. At the end, the values of periods that are open are written too, as they are so far.

Ends with 0, with 1 if a profile is wrong, or something failed, 2 if something cannot be read or written, 130 if it was interrupted.`
}

// Run is called by the parser of the command line.
func (c *profileCommand) Run(ctx context.Context, s *streams) error {
	report := newReporter(s.err)
	if err := c.checkTopics(); err != nil {
		return err
	}
	in := &inputs{}
	if c.From == "" {
		var err error
		if in, err = c.openInputs(c.Inputs, s.in, func(note string) { report.printf("%s", terminal.Printable(note)) }); err != nil {
			return err
		}
	}
	c.writesStore = true
	h, err := c.open(ctx, report, 1)
	if err != nil {
		return err
	}
	defer h.close()
	run, err := c.prepare(ctx, s, h, report)
	if err != nil {
		return err
	}
	if c.From != "" {
		return run.measureTopic(ctx, s)
	}
	run.reading.pipe = regularFile(s.in) == nil
	if err := run.load(ctx); err != nil {
		return err
	}
	endProgress := showProgress(s, in, run.progress)
	err = run.measure(ctx, in)
	endProgress()
	return run.finish(ctx, err)
}

// prepare compiles the profiles.
func (c *profileCommand) prepare(ctx context.Context, s *streams, h *host, report *reporter) (*profileRun, error) {
	text, err := os.ReadFile(c.File)
	if err != nil {
		return nil, err
	}
	if !metron.IsProfiler(text) && json.Valid([]byte(metron.WithoutComments(string(text)))) { // which has no other mistakes to tell
		return nil, fmt.Errorf("%s is no file of profiles: that has profiles, and mostly timestampField", c.File)
	}
	env, err := h.env()
	if err != nil {
		return nil, err
	}
	config, found := metron.ParseProfiler(c.File, text)
	set, wrong := profiler.Compile(ctx, env, config)
	var mistakes, warnings diag.List
	for _, d := range append(found, wrong...) {
		if d.Severity == diag.Error {
			mistakes = append(mistakes, d)
		} else {
			warnings = append(warnings, d)
		}
	}
	report.warnings(warnings, nil)
	if len(mistakes) > 0 {
		report.failure("", mistakes)
		return nil, errFailed
	}
	if len(config.Profiles) == 0 {
		return nil, fmt.Errorf("%s has no profiles", c.File)
	}
	if config.TimestampField == "" && !c.Follow && c.From == "" {
		report.printf("%s has no timestampField: messages count as of now", terminal.Printable(c.File))
	}
	if c.Period == 0 {
		if c.Period, err = h.period(ctx); err != nil {
			return nil, err
		}
	}
	if c.Period < time.Millisecond || c.Late < 0 {
		return nil, errors.New("--period must be a millisecond or more, and --late not be negative")
	}
	options := profiler.Options{Period: c.Period, Late: cmp.Or(c.Late, -1), Failed: func(err error) { report.failure("", err) }}
	run := &profileRun{
		command: c, report: report, set: set, options: options, out: bufio.NewWriterSize(s.out, 64<<10), kept: h.kept, reading: newReading(),
		states: store.States{Store: h.kept, Types: library.Types(), Name: cmp.Or(c.Name, filepath.Base(c.File)), Run: rand.Uint64() | 1},
		stream: profiler.NewStream(set, options),
	}
	switch {
	case c.Print != "auto":
		run.print = c.Print
	case h.kept == nil:
		run.print = "measurements"
	default:
		run.print = "triage"
	}
	return run, nil
}

// period returns the length of periods by the global configuration.
func (h *host) period(ctx context.Context) (time.Duration, error) {
	globals, err := h.globals(ctx)
	if err != nil {
		return 0, err
	}
	return functionsprofile.PeriodOf(globals)
}

// profileRun is the measuring of messages.
type profileRun struct {
	command *profileCommand
	report  *reporter
	kept    store.Store // nil without one
	states  store.States
	print   string
	reading *reading
	set     *profiler.Set
	options profiler.Options

	mu      sync.Mutex // of all below, which a tick may need between two messages
	out     *bufio.Writer
	stream  *profiler.Stream
	read    int64         // lines
	failed  int64         // lines that are no message
	unkept  int64         // measurements that no store can hold
	entries []store.Entry // measurements that are still to be kept
	broken  error         // of the output
}

// load goes on with what the last run left.
func (r *profileRun) load(ctx context.Context) error {
	if r.kept == nil {
		return nil
	}
	if r.command.Anew {
		if err := r.states.Forget(ctx); err != nil {
			return err
		}
	}
	progress, found, err := r.states.Claim(ctx)
	if err != nil || !found {
		return err
	}
	if !r.stream.Resume(progress.Position) {
		r.report.printf("periods had another length in the last run: this one begins anew")
		if err := r.states.Forget(ctx); err != nil {
			return err
		}
		_, _, err := r.states.Claim(ctx)
		return err
	}
	r.reading.last = progress.Read
	left := 0
	err = r.states.Load(ctx, func(state profiler.State) error {
		if !r.stream.Restore(state) {
			left++
		}
		return nil
	})
	if left > 0 {
		r.report.printf("%s entities begin anew, as their profiles are others than in the last run, or are too many; --anew begins without earlier runs", grouped(int64(left)))
	}
	return err
}

// tickInterval is how often periods are ended by the clock, where no messages come, and
// ticksPerSaving how many of these later what is known is kept.
const (
	tickInterval   = time.Second
	ticksPerSaving = 60
)

// messageGrace is how much longer than the run a message may take that is under way when
// the run is interrupted. Else some profiles would have measured it, and others not.
const messageGrace = 2 * time.Second

// measure takes in all messages. Where inputs are followed, periods end by the clock too.
func (r *profileRun) measure(ctx context.Context, in *inputs) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	if r.command.Follow {
		stopped := make(chan struct{})
		defer func() { cancel(nil); <-stopped }()
		go func() {
			defer close(stopped)
			if err := r.tick(ctx); err != nil && ctx.Err() == nil {
				cancel(err)
			}
		}()
	}
	graceful, release := stream.WithGrace(ctx, messageGrace)
	defer release()
	err := stream.EachLine(ctx, in.sources(), func(at stream.Place, text []byte, err error) error { return r.line(graceful, at, text, err) })
	if cause := context.Cause(ctx); err != nil && cause != nil {
		return cause
	}
	return err
}

func (r *profileRun) tick(ctx context.Context) error {
	ticker := time.NewTicker(tickInterval)
	defer ticker.Stop()
	for saved := 0; ; {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		r.mu.Lock()
		err := r.stream.Tick(ctx, r.emit)
		if err == nil {
			err = r.flush(ctx)
		}
		if saved++; err == nil && saved%ticksPerSaving == 0 {
			err = r.save(ctx, false)
		}
		r.mu.Unlock()
		if err != nil {
			return err
		}
	}
}
