package storetest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
)

// required reports whether a missing PostgreSQL fails the tests instead of skipping them.
func required() bool { return os.Getenv("CI") != "" || os.Getenv("SCHALTER_REQUIRE_POSTGRES") != "" }

// server starts PostgreSQL at the first call.
var server = sync.OnceValues(start)

// running is a started server. It listens on no port.
type running struct {
	dir string // of its data and its socket
	// stdin ends with this process, and the server with it. Held here, for what nobody holds is closed by the
	// garbage collector.
	stdin io.Closer
}

// script runs the server beside a shell whose input is a pipe from this process: when the process ends, however it
// does, the pipe ends, and the shell stops the server and clears up. No test package needs a TestMain for it. Signals
// to the whole process group (Ctrl-C, timeout) must not end the shell before that.
// fsync stays on: what the tests measure and kill should behave like the real thing.
const script = `
trap '' INT TERM HUP
cd /
if "$1/initdb" -D "$2/data" -U schalter -A trust -E UTF8 --locale=C --no-sync >"$2/log" 2>&1 </dev/null &&
	"$1/pg_ctl" -D "$2/data" -l "$2/log" -s -w -o "-k '$2' -c listen_addresses='' -c fsync=on -c max_connections=200" start >>"$2/log" 2>&1 </dev/null
then
	echo ready
	cat >/dev/null
	"$1/pg_ctl" -D "$2/data" -s -w -m immediate stop >/dev/null 2>&1 </dev/null
else
	tail -n 5 "$2/log" | tr '\n' ' '
	echo
fi
rm -rf "$2"
`

func start() (*running, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	// /tmp and not the test's directory: the path of a socket may have 107 bytes, and another user must reach it.
	dir, err := os.MkdirTemp("/tmp", "schalter-pg-")
	if err != nil {
		return nil, err
	}
	cmd := exec.Command("/bin/sh", "-c", script, "sh", bin, dir)
	if os.Geteuid() == 0 { // PostgreSQL refuses to run as root
		who, err := unprivileged()
		if err != nil {
			return nil, err
		}
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: who}
		if err := os.Chown(dir, int(who.Uid), int(who.Gid)); err != nil {
			return nil, err
		}
	}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if line = strings.TrimSpace(line); line != "ready" {
		return nil, fmt.Errorf("PostgreSQL does not start: %w", errors.Join(errors.New(line), err))
	}
	return &running{dir, stdin}, nil
}

// binaries finds the newest server of Debian's packages, which are not in the PATH.
func binaries() (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		if p, err := exec.LookPath("initdb"); err == nil {
			return filepath.Dir(p), nil
		}
		return "", errors.New("no PostgreSQL server is installed; Debian's package is: postgresql")
	}
	version := func(path string) int {
		n, _ := strconv.Atoi(strings.Split(path, "/")[4])
		return n
	}
	newest := slices.MaxFunc(found, func(a, b string) int { return version(a) - version(b) })
	return filepath.Dir(newest), nil
}

func unprivileged() (*syscall.Credential, error) {
	var errs []error
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, errors.Join(err1, err2)
	}
	return nil, errors.Join(errs...)
}

func (r *running) address(database string) string {
	q := url.Values{"host": {r.dir}, "user": {"schalter"}, "sslmode": {"disable"}}
	return (&url.URL{Scheme: "postgres", Path: "/" + database, RawQuery: q.Encode()}).String()
}
