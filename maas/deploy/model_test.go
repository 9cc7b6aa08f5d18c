package deploy_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/deploy"
)

// TestMain makes the test's program a model, a guard or somebody who runs a model, if it
// is started as such.
func TestMain(m *testing.M) {
	switch {
	case len(os.Args) > 1 && os.Args[1] == "guard":
		os.Exit(deploy.Guard(os.Args[2:]))
	case os.Getenv("DEPLOY_TEST_RUN") != "":
		runPackage(os.Getenv("DEPLOY_TEST_RUN"))
	case os.Getenv("DEPLOY_TEST_MODEL") != "":
		model(os.Getenv("DEPLOY_TEST_MODEL"))
	}
	os.Exit(m.Run())
}

// runPackage runs the package in a folder until it is killed.
func runPackage(folder string) {
	_ = os.Unsetenv("DEPLOY_TEST_RUN")
	p, err := deploy.ReadPackage(folder)
	if err == nil {
		o := deploy.Options{Package: p, Name: "m", Version: "1", Registry: &maas.Memory{}, Guard: []string{os.Args[0], "guard"}}
		if home := os.Getenv("DEPLOY_TEST_HOME"); home != "" {
			o.Home = homeAt(home)
			err = deploy.RunReplica(context.Background(), o, 1)
		} else {
			err = deploy.Run(context.Background(), o)
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// homeAt returns a home in a folder.
func homeAt(folder string) *deploy.Home {
	return &deploy.Home{
		Folder: filepath.Join(folder, "replica"), Keeper: filepath.Join(folder, "keeper"), Log: filepath.Join(folder, "logs", "1.log"),
		Lease: time.Second,
	}
}

// model is a model that behaves in some way. It says in the file pids, of the folder where
// its package is, which processes it has.
func model(how string) {
	fmt.Println("a model that does:", how)
	note(os.Getpid())
	switch how {
	case "end":
		os.Exit(3)
	case "silence":
		select {}
	case "stubborn":
		signal.Ignore(syscall.SIGTERM)
	case "slow end":
		asked := make(chan os.Signal, 1)
		signal.Notify(asked, syscall.SIGTERM)
		go func() {
			<-asked
			time.Sleep(500 * time.Millisecond)
			fmt.Println("it has ended in order")
			os.Exit(0)
		}()
	case "child":
		child := exec.Command("sleep", "1000")
		_ = child.Start()
		note(child.Process.Pid)
	case "escape":
		child := exec.Command("sleep", "1000")
		child.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		_ = child.Start()
		note(child.Process.Pid)
	}
	ill := false
	http.HandleFunc("/apply", func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Query().Get("do") {
		case "wait":
			time.Sleep(500 * time.Millisecond)
		case "fall ill":
			ill = true
		case "die":
			os.Exit(1)
		}
		fmt.Fprintf(w, `{"pid": %d, "name": %q, "answer": 42}`, os.Getpid(), os.Getenv("MODEL_NAME"))
	})
	http.HandleFunc("/health", func(w http.ResponseWriter, _ *http.Request) {
		if ill {
			w.WriteHeader(http.StatusInternalServerError)
		}
	})
	address := "127.0.0.1:" + os.Getenv("PORT")
	if how == "metron" {
		address = "127.0.0.1:0"
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		panic(err)
	}
	if how == "metron" {
		port := listener.Addr().(*net.TCPAddr).Port
		_ = os.WriteFile("endpoint.dat", fmt.Appendf(nil, `{"url":"http://localhost:%d","functions":{"apply":"apply","other":"apply"}}`, port), 0o600)
	}
	panic(http.Serve(listener, nil))
}

func note(pid int) {
	f, err := os.OpenFile(filepath.Join(os.Getenv("PIDS"), "pids"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		fmt.Fprintln(f, pid)
		_ = f.Close()
	}
}
