package zookeeper

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"path"
	"strings"
	"time"

	"github.com/go-zookeeper/zk"

	"github.com/stellarlang/stellar/maas"
)

// Options configure a Registry. A zero field means its default.
type Options struct {
	// Servers are host:port of each server; the port is 2181 by default. The last may
	// end with a chroot, as in zookeeper3:2181/production: that node, which must exist,
	// then stands for / wherever a path is given, read or shown.
	Servers []string
	// Auth is user:password of a digest, by which the servers know the registry. Nodes
	// that it writes, and their parents if they are missing, may then be read by
	// anyone, and changed by this user only.
	Auth string
	// ACL is what nodes that are written get instead: by default they are open to
	// everybody without Auth, as Metron's are.
	ACL []zk.ACL
	// TLS is how to speak to the servers, in the clear if nil. Without a ServerName,
	// the certificate must be for the host that was dialled.
	TLS *tls.Config

	SessionTimeout time.Duration // after which non-static instances of a lost process are gone; 10 s
	StartTimeout   time.Duration // that Open waits for the instances; 3 s
	RequireStart   bool          // Open fails if the instances are not known in that time
	// Drain is how long Close waits after it has deregistered own instances, so that
	// others call them no more when it returns; it does not wait by default.
	Drain time.Duration

	// NoInstances has the registry know no instances and releases, and take none: only
	// its connection is wanted, for a Client.
	NoInstances bool

	Root string // of the instances; what the configuration says
	// RegistryRoot is where releases stand. The default is the sibling of the instances'
	// root that is called registry: /maas/registry if that is /maas/service.
	RegistryRoot string

	// CompareVersions orders versions, to find the newest. The default is that of
	// maas.NewSnapshot; strings.Compare stands for the order that Metron had. It
	// is called by the goroutine that follows ZooKeeper and must not wait.
	CompareVersions func(a, b string) int

	// Observe is told what happens to the registry: the kinds of events from
	// maas.Connected on. Subject is the path of a node or the address of a server. It
	// is called by several goroutines and must not wait. Nil ignores it.
	Observe func(maas.Event)
}

// checked returns o with the defaults filled in and the chroot taken off the servers,
// or an error.
func (o Options) checked() (_ Options, chroot string, err error) {
	if o.SessionTimeout <= 0 {
		o.SessionTimeout = 10 * time.Second
	}
	if o.StartTimeout <= 0 {
		o.StartTimeout = 3 * time.Second
	}
	if o.Servers, chroot, err = cutChroot(o.Servers); err != nil {
		return o, "", err
	}
	if err := checkServers(o.Servers); err != nil {
		return o, "", err
	}
	for _, root := range []string{o.Root, o.RegistryRoot} {
		if err := checkRoot(root); root != "" && err != nil {
			return o, "", err
		}
	}
	if o.Root != "" {
		if _, err := registryRoot(o.Root, o.RegistryRoot); err != nil {
			return o, "", err
		}
	}
	user, password, ok := strings.Cut(o.Auth, ":")
	switch {
	case o.Auth != "" && (!ok || user == ""):
		return o, "", errors.New("auth must have the form user:password")
	case o.ACL != nil:
	case o.Auth != "":
		o.ACL = append(zk.WorldACL(zk.PermRead), zk.DigestACL(zk.PermAll, user, password)...)
	default:
		o.ACL = zk.WorldACL(zk.PermAll)
	}
	return o, chroot, nil
}

// cutChroot takes the chroot off the last server.
func cutChroot(servers []string) ([]string, string, error) {
	if len(servers) == 0 {
		return nil, "", nil
	}
	before, last := servers[:len(servers)-1], servers[len(servers)-1]
	last, chroot, ok := strings.Cut(last, "/")
	if !ok || chroot == "" { // a single slash stands for what is so anyway
		return append(before[:len(before):len(before)], last), "", nil
	}
	chroot = "/" + chroot
	if err := checkRoot(chroot); err != nil {
		return nil, "", fmt.Errorf("chroot: %w", err)
	}
	return append(before[:len(before):len(before)], last), chroot, nil
}

// checkServers refuses addresses that Connect would try in vain.
func checkServers(addresses []string) error {
	if len(addresses) == 0 {
		return errors.New("no servers given, at least one host:port is needed")
	}
	for _, address := range zk.FormatServers(addresses) {
		host, port, err := net.SplitHostPort(address)
		if err != nil || host == "" || port == "" || strings.ContainsAny(address, "/,") {
			return fmt.Errorf("server %q must have the form host:port", address)
		}
	}
	return nil
}

// checkRoot refuses anything but an absolute path that is written in the one way.
func checkRoot(root string) error {
	if len(root) < 2 || root[0] != '/' || root[len(root)-1] == '/' || strings.Contains(root, "//") {
		return fmt.Errorf("root %q must have the form /a/b", root)
	}
	return nil
}

// registryRoot returns the root of the releases: the given one if there is one, or
// else the sibling of the root of the instances. Neither may be below the other: all
// that stands there is taken for instances.
func registryRoot(root, given string) (string, error) {
	releases := given
	if releases == "" {
		releases = path.Join(path.Dir(root), "registry")
	}
	if releases == root || strings.HasPrefix(releases, root+"/") || strings.HasPrefix(root, releases+"/") {
		return "", fmt.Errorf("root %q of the releases overlaps with %q of the instances", releases, root)
	}
	return releases, nil
}
