// Package zktest runs real ZooKeeper servers for tests.
package zktest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// Server is a ZooKeeper of one node, or a member of an ensemble: a child process of
// the test.
type Server struct {
	t        testing.TB
	java     []string // the command, without the configuration file
	dir      string   // of the configuration and the data
	address  string
	secure   string // the address with TLS, empty without
	settings string // beside those that all servers have
	process  *exec.Cmd
	ended    chan struct{} // closed when process is gone
	output   bytes.Buffer  // of process, to be read when it is gone
}

// startTime bounds the start of a server, which usually takes a second.
const startTime = 60 * time.Second

// Start runs a server until the end of the test. Where java or ZooKeeper is
// missing, the test is skipped; it fails if the environment variable CI is set.
//
// ZooKeeper is looked for in the folder lib of ZOOKEEPER_HOME, or else in
// Debian's packages zookeeper and libslf4j-java.
func Start(t testing.TB) *Server {
	t.Helper()
	return start(t, func(*Server) {})
}

// start runs a server. Settle adds settings, anew for each attempt: they may hold free
// ports, and another process may take these first.
func start(t testing.TB, settle func(*Server)) *Server {
	t.Helper()
	s := newServer(t)
	var err error
	for range 3 {
		s.address = freeAddress(t)
		settle(s)
		if err = s.run(); err == nil {
			return s
		}
	}
	t.Fatal(err)
	return nil
}

// newServer returns a server that has yet to be run. It is stopped when the test ends.
func newServer(t testing.TB) *Server {
	t.Helper()
	java, err := command()
	if err != nil {
		Missing(t, err)
	}
	s := &Server{t: t, java: java, dir: t.TempDir()}
	t.Cleanup(s.Stop)
	return s
}

// Missing ends a test that needs what is not installed: it is skipped, or fails if the
// environment variable CI is set.
func Missing(t testing.TB, err error) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatal(err)
	}
	t.Skip(err)
}

// Address is where the server listens: host:port.
func (s *Server) Address() string { return s.address }

// Stop kills the server. Its data stay.
func (s *Server) Stop() {
	if s.process != nil {
		_ = s.process.Process.Kill()
		<-s.ended
		s.process = nil
	}
}

// Restart runs a stopped server again, at the same address.
func (s *Server) Restart() {
	s.t.Helper()
	if err := s.run(); err != nil {
		s.t.Fatal(err)
	}
}

// Mode returns what the server is at the moment: standalone, leader or follower, or
// nothing if it does not serve.
func (s *Server) Mode() string {
	status, _ := s.status()
	_, mode, _ := strings.Cut(status, "Mode: ")
	mode, _, _ = strings.Cut(mode, "\n")
	return mode
}

// run starts the process and waits until it serves.
func (s *Server) run() error {
	if err := s.begin(); err != nil {
		return err
	}
	return s.waitReady()
}

// begin starts the process.
func (s *Server) begin() error {
	host, port, err := net.SplitHostPort(s.address)
	if err != nil {
		return err
	}
	// Short ticks make sessions that end soon possible; nothing needs to
	// survive a crash of the machine. Of settings that are repeated, the last holds.
	settings := fmt.Sprintf(`tickTime=500
dataDir=%s
clientPort=%s
clientPortAddress=%s
admin.enableServer=false
4lw.commands.whitelist=
maxClientCnxns=0
minSessionTimeout=500
maxSessionTimeout=60000
forceSync=no
preAllocSize=64
`, filepath.ToSlash(s.dir), port, host) + s.settings
	file := filepath.Join(s.dir, "zoo.cfg")
	if err := os.WriteFile(file, []byte(settings), 0o600); err != nil {
		return err
	}
	s.output.Reset()
	s.process = exec.Command(s.java[0], append(s.java[1:], file)...)
	s.process.Stdout, s.process.Stderr = &s.output, &s.output
	if err := s.process.Start(); err != nil {
		s.process = nil
		return fmt.Errorf("ZooKeeper: %w", err)
	}
	process, ended := s.process, make(chan struct{})
	s.ended = ended
	go func() {
		_ = process.Wait()
		close(ended)
	}()
	return nil
}

// waitReady waits until the server serves. One that does not is stopped.
func (s *Server) waitReady() error {
	err := s.await()
	if err != nil {
		s.Stop() // which completes the output
		return fmt.Errorf("ZooKeeper: %w\n%s", err, s.output.String())
	}
	return nil
}

func (s *Server) await() error {
	deadline := time.NewTimer(startTime)
	defer deadline.Stop()
	poll := time.NewTicker(20 * time.Millisecond)
	defer poll.Stop()
	for {
		err := s.probe()
		if err == nil {
			return nil
		}
		select {
		case <-s.ended:
			return errors.New("the server ended")
		case <-deadline.C:
			return fmt.Errorf("not ready after %v: %w", startTime, err)
		case <-poll.C:
		}
	}
}

// probe asks for the server's status. One that is not up yet has no mode. It listens
// with TLS last.
func (s *Server) probe() error {
	status, err := s.status()
	if err == nil && !strings.Contains(status, "Mode:") {
		err = fmt.Errorf("status %q", status)
	}
	if err != nil || s.secure == "" {
		return err
	}
	conn, err := net.DialTimeout("tcp", s.secure, time.Second)
	if err == nil {
		conn.Close()
	}
	return err
}

func (s *Server) status() (string, error) {
	conn, err := net.DialTimeout("tcp", s.address, time.Second)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(time.Second))
	if _, err := conn.Write([]byte("srvr")); err != nil {
		return "", err
	}
	status, err := io.ReadAll(conn)
	return string(status), err
}

func freeAddress(t testing.TB) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// command returns the command that runs a server.
func command() ([]string, error) {
	java, err := exec.LookPath("java")
	if err != nil {
		return nil, fmt.Errorf("ZooKeeper needs java: %w", err)
	}
	classes, err := classPath()
	if err != nil {
		return nil, err
	}
	return []string{
		java, "-Xmx96m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.net.preferIPv4Stack=true",
		"-Dzookeeper.extendedTypesEnabled=true", "-cp", classes, "org.apache.zookeeper.server.quorum.QuorumPeerMain",
	}, nil
}

// debianJars are what a server needs of Debian's packages. The first names what else
// it needs, but for two that serve TLS.
var debianJars = []string{"zookeeper.jar", "slf4j-nop.jar", "netty-codec.jar", "netty-resolver.jar"}

func classPath() (string, error) {
	if home := os.Getenv("ZOOKEEPER_HOME"); home != "" {
		jars, _ := filepath.Glob(filepath.Join(home, "lib", "zookeeper*.jar"))
		if len(jars) == 0 {
			return "", fmt.Errorf("no ZooKeeper in the folder lib of ZOOKEEPER_HOME, %s", home)
		}
		return filepath.Join(home, "lib", "*"), nil
	}
	files, err := exec.Command("dpkg", "-L", "libzookeeper-java", "libslf4j-java", "libnetty-java").Output()
	if err != nil {
		return "", errors.New("ZooKeeper is missing: install Debian's package zookeeper, or set ZOOKEEPER_HOME")
	}
	var jars []string
	for file := range strings.Lines(string(files)) {
		file = strings.TrimSpace(file)
		if slices.Contains(debianJars, filepath.Base(file)) {
			jars = append(jars, file)
		}
	}
	if len(jars) != len(debianJars) {
		return "", fmt.Errorf("the packages libzookeeper-java, libslf4j-java and libnetty-java should hold %q, found %q", debianJars, jars)
	}
	return strings.Join(jars, string(os.PathListSeparator)), nil
}
