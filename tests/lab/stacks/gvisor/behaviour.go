// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"time"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/adapters/gonet"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"
	"gvisor.dev/gvisor/pkg/waiter"
)

// behaviour is what a connection does: a name, and numbers (milliseconds, bytes).
type behaviour struct {
	name    string
	numbers map[string]int
}

func (b behaviour) span(name string) time.Duration {
	return time.Duration(b.numbers[name]) * time.Millisecond
}

// connection is one TCP connection of the host, and what has passed over it.
type connection struct {
	ep            tcpip.Endpoint
	queue         *waiter.Queue
	stream        *gonet.TCPConn
	local, peer   tcpip.FullAddress
	read, written int
	end           sync.Once
	gone          chan struct{} // closed when an error has ended it
}

func newConnection(ep tcpip.Endpoint, queue *waiter.Queue) *connection {
	c := &connection{ep: ep, queue: queue, stream: gonet.NewTCPConn(queue, ep), gone: make(chan struct{})}
	c.local, _ = ep.GetLocalAddress()
	c.peer, _ = ep.GetRemoteAddress()
	return c
}

func (c *connection) say(event string, more ...any) {
	say(append([]any{event, c.local.Port, net.IP(c.peer.Addr), c.peer.Port}, more...)...)
}

// ended says, once, which error has ended the connection.
func (c *connection) ended(err tcpip.Error) {
	c.end.Do(func() {
		switch err.(type) {
		case *tcpip.ErrConnectionReset:
			c.say("reset-by-peer")
		case *tcpip.ErrConnectionRefused:
			c.say("refused")
		case *tcpip.ErrTimeout:
			c.say("timed-out")
		default:
			c.say("error", err)
		}
		close(c.gone)
	})
}

// watch waits for an error, which comes whether anybody reads or not.
func (c *connection) watch(done <-chan struct{}) {
	entry, ready := waiter.NewChannelEntry(waiter.EventErr | waiter.EventHUp)
	c.queue.EventRegister(&entry)
	defer c.queue.EventUnregister(&entry)
	for {
		if tcp.EndpointState(c.ep.State()) == tcp.StateError {
			if err := c.ep.LastError(); err != nil {
				c.ended(err)
			}
			return
		}
		select {
		case <-ready:
		case <-done:
			return
		}
	}
}

// behave plays a behaviour to its end. The connection is then closed, or it is gone, or nothing
// more will be done with it.
func (c *connection) behave(b behaviour) {
	done := make(chan struct{})
	defer close(done)
	if size, given := b.numbers["buffer"]; given {
		c.ep.SocketOptions().SetReceiveBufferSize(int64(size), true)
	}
	if span := b.span("usertimeout"); span > 0 {
		c.ep.SetSockOpt(ptr(tcpip.TCPUserTimeoutOption(span)))
	}
	go c.watch(done)
	c.write(b.numbers["say"])
	behaviours[b.name](c, b)
}

// write sends so many bytes, the last of them a newline; false when the connection is gone.
func (c *connection) write(size int) bool {
	if size == 0 {
		return true
	}
	text := bytes.Repeat([]byte{'x'}, size)
	text[size-1] = '\n'
	n, err := c.stream.Write(text)
	c.written += n
	return err == nil
}

// drain reads until the deadline (none: 0) and hands on what comes; io.EOF: the peer closed,
// os.ErrDeadlineExceeded: time is up, else the connection is gone.
func (c *connection) drain(limit time.Duration, hand func([]byte)) error {
	if limit > 0 {
		c.stream.SetReadDeadline(time.Now().Add(limit))
	}
	buffer := make([]byte, 65536)
	for {
		n, err := c.stream.Read(buffer)
		c.read += n
		if hand != nil && n > 0 {
			hand(buffer[:n])
		}
		var timeout net.Error
		switch {
		case err == io.EOF:
			c.say("closed-by-peer", "read="+itoa(c.read))
			return err
		case errors.As(err, &timeout) && timeout.Timeout():
			return os.ErrDeadlineExceeded
		case err != nil:
			return err
		}
	}
}

// wait lets a time pass; false when the connection was gone before that.
func (c *connection) wait(span time.Duration) bool {
	select {
	case <-time.After(span):
		return true
	case <-c.gone:
		return false
	}
}

func (c *connection) unread() int {
	size, _ := c.ep.GetSockOptInt(tcpip.ReceiveQueueSizeOption)
	return size
}

func (c *connection) close() {
	c.say("close", "read="+itoa(c.read), "written="+itoa(c.written), "unread="+itoa(c.unread()))
	c.end.Do(func() {})
	c.ep.Close()
}

func (c *connection) abort() {
	c.say("abort", "read="+itoa(c.read), "written="+itoa(c.written), "unread="+itoa(c.unread()))
	c.end.Do(func() {})
	c.ep.Abort()
}
