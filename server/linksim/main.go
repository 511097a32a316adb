//go:build linux

// Command linksim is a network link in user space, for drills: it joins this machine's network to a namespace of its own
// through two TUN devices and delays, loses, limits or cuts what passes, each direction by itself. It needs root and Linux.
//
//	linksim NAMESPACE [LISTEN=TARGET ...]
//
// makes the namespace, gives it 10.77.0.2/24 and this side 10.77.0.1/24, and listens in the namespace on 127.0.0.1 at each
// LISTEN port, passing connections on through the link to TARGET, a port at 10.77.0.1: so that a browser there may open
// http://localhost. Then it takes orders, a line each, and answers "ok" or "error: ...":
//
//	up|down|both loss SHARE           lose that share of the packets, 0 to 1
//	up|down|both delay MS [JITTER_MS] one way
//	up|down|both rate KBIT [QUEUE_MS] kbit/s, 0: unlimited; what would wait longer than the queue is dropped
//	up|down|both cut | heal           nothing passes | all is as on a good line
//	address 10.77.0.N                 the namespace has this address from now on, and no other; its connections are cut
//	seed N                            begins the same losses again
//
// up is from the namespace to this machine. It ends with its standard input, and the namespace with it.
package main

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

const (
	here  = "10.77.0.1"
	there = "10.77.0.2"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: linksim NAMESPACE [LISTEN=TARGET ...]")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "linksim:", err)
		os.Exit(1)
	}
}

func run(namespace string, ports []string) error {
	if err := ip("netns", "add", namespace); err != nil {
		return err
	}
	defer func() { _ = ip("netns", "del", namespace) }()
	name := func(side string) string { return side + strconv.Itoa(os.Getpid()) }
	near, err := openTUN(name("sn"))
	if err != nil {
		return err
	}
	far, err := openTUN(name("sf"))
	if err != nil {
		return err
	}
	inside := func(args ...string) error { return ip(append([]string{"-n", namespace}, args...)...) }
	for _, step := range []error{
		ip("address", "add", here+"/24", "dev", name("sn")), ip("link", "set", name("sn"), "up"),
		ip("link", "set", name("sf"), "netns", namespace), inside("link", "set", "lo", "up"),
		inside("address", "add", there+"/24", "dev", name("sf")), inside("link", "set", name("sf"), "up"),
		inside("route", "add", "default", "via", here),
	} {
		if step != nil {
			return step
		}
	}
	passed := passage{open: map[net.Conn]struct{}{}}
	for _, pair := range ports {
		listen, target, _ := strings.Cut(pair, "=")
		if err := passed.listen(namespace, "127.0.0.1:"+listen, here+":"+target); err != nil {
			return err
		}
	}
	seed := time.Now().UnixNano()
	links := map[string]*link{"up": newLink(far, near, seed), "down": newLink(near, far, seed+1)}
	fmt.Println("ready seed", seed)
	address := there
	orders := bufio.NewScanner(os.Stdin)
	for orders.Scan() {
		words := strings.Fields(orders.Text())
		if len(words) == 2 && words[0] == "address" {
			err = readdress(inside, name("sf"), address, words[1])
			if err == nil {
				address = words[1]
				passed.cut()
			}
		} else {
			err = order(links, words)
		}
		if err != nil {
			fmt.Println("error:", err)
			continue
		}
		fmt.Println("ok")
	}
	return orders.Err()
}

// readdress gives a device another address; the routes went with the old one.
func readdress(inside func(...string) error, device, from, to string) error {
	if err := inside("address", "del", from+"/24", "dev", device); err != nil {
		return err
	}
	if err := inside("address", "add", to+"/24", "dev", device); err != nil {
		return err
	}
	return inside("route", "replace", "default", "via", here)
}

// order changes one link, or both.
func order(links map[string]*link, words []string) error {
	if len(words) < 2 {
		return fmt.Errorf("no order: %q", words)
	}
	numbers := make([]float64, 0, 2)
	for _, word := range words[2:] {
		n, err := strconv.ParseFloat(word, 64)
		if err != nil || n < 0 {
			return fmt.Errorf("no number: %q", word)
		}
		numbers = append(numbers, n)
	}
	if words[0] == "seed" {
		words = []string{"both", "seed", words[1]}
		n, err := strconv.ParseInt(words[2], 10, 64)
		if err != nil {
			return err
		}
		numbers = []float64{float64(n)}
	}
	if words[0] != "up" && words[0] != "down" && words[0] != "both" {
		return fmt.Errorf("which way? %q", words[0])
	}
	for way, l := range links {
		if words[0] != way && words[0] != "both" {
			continue
		}
		if err := l.set(words[1], numbers); err != nil {
			return err
		}
	}
	return nil
}

func ip(args ...string) error {
	out, err := exec.Command("ip", args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("ip %s: %w: %s", strings.Join(args, " "), err, out)
	}
	return nil
}
