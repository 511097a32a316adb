// Program sfuload measures the switch: it starts one in a process of its own, drives it with pion peers as browsers
// would, and lays the cost beside that of the floor, a relay that only decrypts, encrypts and sends. `make bench-sfu`.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"
	"time"

	"schalter/server/sfu"
)

func main() {
	log.SetFlags(0)
	if err := run(os.Args[1:]); err != nil {
		log.Fatal(err)
	}
}

func run(args []string) error {
	command := ""
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		command, args = args[0], args[1:]
	}
	flags := flag.NewFlagSet("sfuload "+command, flag.ExitOnError)
	switch command {
	case "switch":
		perPeer := flags.Bool("socket-per-peer", false, "a socket for each peer")
		if err := flags.Parse(args); err != nil {
			return err
		}
		cfg := sfu.Config{Listen: "127.0.0.1:0", Addresses: []string{"127.0.0.1"}}
		if *perPeer {
			cfg.Ports = sfu.Ports{First: 33000, Last: 33999}
		}
		return runSwitch(cfg)
	case "relay":
		fan := flags.Bool("fan", false, "one flow to all targets")
		if err := flags.Parse(args); err != nil {
			return err
		}
		var targets []int
		for _, text := range strings.Split(flags.Arg(0), ",") {
			port, err := strconv.Atoi(text)
			if err != nil {
				return err
			}
			targets = append(targets, port)
		}
		return runRelay(*fan, targets)
	case "floor": // alone, to be laid beside another
		for _, name := range []string{"A25", "A50", "B100"} {
			got, err := floors[name].measure(5 * time.Second)
			if err != nil {
				return err
			}
			fmt.Printf("floor %-5s %6.0f packets/s  %5.2f ms per 1,000  loss %.3f %%\n", name, got.forwarded, got.cost, 100*got.loss)
		}
		return nil
	case "":
		rounds := flags.Int("rounds", 1, "rounds; medians are printed")
		long := flags.Bool("long", false, "longer windows")
		only := flags.String("only", "", "names of rows, comma-separated; all if empty")
		if err := flags.Parse(args); err != nil {
			return err
		}
		return table(*rounds, *long, *only)
	default:
		return fmt.Errorf("unknown command %q", command)
	}
}
