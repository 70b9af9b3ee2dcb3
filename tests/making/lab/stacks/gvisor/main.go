// SPDX-License-Identifier: GPL-2.0-or-later

// stack-gvisor DEVICE ADDRESS/PREFIX GATEWAY [ADDRESS/PREFIX GATEWAY]
//
// gVisor's netstack as a host of the lab: it owns the addresses on DEVICE, reads commands from
// standard input and says on standard output what it did, and when. The commands and the log are
// those of ../README.md. The end of its input ends it at once, without a word on the wire.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"gvisor.dev/gvisor/pkg/log"
)

var logLock sync.Mutex

// say writes one event: a Unix time in seconds, a word, its particulars.
func say(words ...any) {
	logLock.Lock()
	defer logLock.Unlock()
	now := time.Now()
	line := strings.TrimSuffix(fmt.Sprintln(words...), "\n")
	fmt.Printf("%d.%06d %s\n", now.Unix(), now.Nanosecond()/1000, line)
}

// command is a line's words without its key=value numbers, and these.
type command struct {
	words   []string
	numbers map[string]int
}

func parse(line string) (command, error) {
	parsed := command{numbers: map[string]int{}}
	for _, word := range strings.Fields(line) {
		key, value, isNumber := strings.Cut(word, "=")
		if !isNumber {
			parsed.words = append(parsed.words, word)
			continue
		}
		number, err := strconv.Atoi(value)
		if err != nil {
			return parsed, fmt.Errorf("%s is no number", word)
		}
		parsed.numbers[key] = number
	}
	return parsed, nil
}

func (c command) is(name string, words int) bool {
	return len(c.words) == words && c.words[0] == name
}

func (h *host) obey(line string) error {
	c, err := parse(line)
	switch {
	case err != nil:
		return err
	case c.is("listen", 3):
		return h.listen(c.words[1], behaviour{c.words[2], c.numbers})
	case c.is("stop", 2):
		return h.stop(c.words[1])
	case c.is("dial", 4):
		return h.dial(c.words[1], c.words[2], behaviour{c.words[3], c.numbers})
	case c.is("set", 1):
		return h.set(c.numbers)
	}
	return fmt.Errorf("unknown command")
}

func main() {
	if len(os.Args) != 4 && len(os.Args) != 6 {
		fmt.Fprintln(os.Stderr, "usage: stack-gvisor DEVICE ADDRESS/PREFIX GATEWAY [ADDRESS/PREFIX GATEWAY]")
		os.Exit(2)
	}
	log.SetTarget(log.GoogleEmitter{Writer: &log.Writer{Next: io.Discard}}) // errors reach us as values
	h, err := newHost(os.Args[1], os.Args[2:])
	if err != nil {
		fmt.Fprintf(os.Stderr, "stack-gvisor: %v\n", err)
		os.Exit(1)
	}
	say("ready", "gvisor")
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		if line := lines.Text(); line != "" {
			if err := h.obey(line); err != nil {
				say("error", line+":", err)
			}
		}
	}
}
