// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"io"
	"os"
	"strconv"
	"time"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/waiter"
)

func itoa(number int) string { return strconv.Itoa(number) }

// behaviours: what each does stands in ../README.md.
var behaviours = map[string]func(*connection, behaviour){
	"echo":         echo,
	"answer-close": answerClose,
	"close-unread": closeUnread,
	"close-early":  closeEarly,
	"abort":        abort,
	"sink":         sink,
	"deaf":         func(c *connection, _ behaviour) { <-c.gone },
	"keepalive":    keepalive,
	"upload":       upload,
	"hold":         hold,
}

func echo(c *connection, _ behaviour) {
	err := c.drain(0, func(text []byte) {
		n, _ := c.stream.Write(text)
		c.written += n
	})
	if err == io.EOF {
		c.close()
	}
}

func answerClose(c *connection, b behaviour) {
	n, err := c.receive(make([]byte, 65536))
	if n > 0 && c.wait(b.span("after")) && c.write(b.numbers["answer"]) || err == io.EOF {
		c.close()
	}
}

func closeUnread(c *connection, b behaviour) {
	entry, ready := waiter.NewChannelEntry(waiter.ReadableEvents)
	c.queue.EventRegister(&entry)
	defer c.queue.EventUnregister(&entry)
	for c.unread() == 0 && c.ep.Readiness(waiter.ReadableEvents) == 0 {
		select {
		case <-ready:
		case <-c.gone:
			return
		}
	}
	if c.wait(b.span("after")) && c.write(b.numbers["answer"]) {
		c.close()
	}
}

// closeEarly closes when its time is up, or when the peer has closed before that.
func closeEarly(c *connection, b behaviour) {
	if err := c.drain(b.span("after")+time.Microsecond, nil); err == io.EOF || err == os.ErrDeadlineExceeded {
		c.close()
	}
}

func abort(c *connection, b behaviour) {
	start := time.Now()
	err := c.drain(b.span("after")+time.Microsecond, nil)
	if err == os.ErrDeadlineExceeded || err == io.EOF && c.wait(b.span("after")-time.Since(start)) {
		c.abort()
	}
}

func sink(c *connection, _ behaviour) {
	if c.drain(0, nil) == io.EOF {
		c.close()
	}
}

func keepalive(c *connection, b behaviour) {
	c.ep.SetSockOpt(ptr(tcpip.KeepaliveIdleOption(b.span("idle"))))
	c.ep.SetSockOpt(ptr(tcpip.KeepaliveIntervalOption(b.span("interval"))))
	c.ep.SetSockOptInt(tcpip.KeepaliveCountOption, b.numbers["count"])
	c.ep.SocketOptions().SetKeepAlive(true)
	sink(c, b)
}

func upload(c *connection, b behaviour) {
	if c.write(b.numbers["bytes"]) && c.wait(b.span("after")) {
		c.close()
	}
}

func hold(c *connection, _ behaviour) {
	if c.drain(0, nil) == io.EOF {
		<-c.gone
	}
}
