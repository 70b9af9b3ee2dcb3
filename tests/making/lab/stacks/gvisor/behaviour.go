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

// endings are the words for the errors that end a connection. netstack hands an error to whoever
// asks first, and gonet hands on its text alone.
var endings = map[string]string{
	(&tcpip.ErrConnectionReset{}).String():   "reset-by-peer",
	(&tcpip.ErrConnectionRefused{}).String(): "refused",
	(&tcpip.ErrTimeout{}).String():           "timed-out",
}

// ended says, once, which error has ended the connection.
func (c *connection) ended(reason string) {
	c.end.Do(func() {
		if word, known := endings[reason]; known {
			c.say(word)
		} else {
			c.say("error", reason)
		}
		close(c.gone)
	})
}

// notice looks at an error of gonet's; whether the peer has closed.
func (c *connection) notice(err error) bool {
	var failed *net.OpError
	if errors.As(err, &failed) && endings[failed.Err.Error()] != "" {
		c.ended(failed.Err.Error())
	}
	return err == io.EOF && tcp.EndpointState(c.ep.State()) != tcp.StateError
}

// watch waits for an error, which comes whether anybody reads or not.
func (c *connection) watch(done <-chan struct{}) {
	entry, ready := waiter.NewChannelEntry(waiter.EventErr | waiter.EventHUp)
	c.queue.EventRegister(&entry)
	defer c.queue.EventUnregister(&entry)
	for {
		if tcp.EndpointState(c.ep.State()) == tcp.StateError {
			if err := c.ep.LastError(); err != nil {
				c.ended(err.String())
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
	c.notice(err)
	return err == nil
}

// receive reads once; io.EOF: the peer has closed, other errors: the connection is gone, or time is up.
func (c *connection) receive(buffer []byte) (int, error) {
	n, err := c.stream.Read(buffer)
	c.read += n
	if c.notice(err) {
		c.say("closed-by-peer", "read="+itoa(c.read))
		return n, io.EOF
	}
	if err == io.EOF {
		err = net.ErrClosed
	}
	return n, err
}

// drain reads for a time (0: without end) and hands on what comes; io.EOF: the peer closed,
// os.ErrDeadlineExceeded: time is up, else the connection is gone.
func (c *connection) drain(limit time.Duration, hand func([]byte)) error {
	if limit > 0 {
		c.stream.SetReadDeadline(time.Now().Add(limit))
	}
	buffer := make([]byte, 65536)
	for {
		n, err := c.receive(buffer)
		if hand != nil && n > 0 {
			hand(buffer[:n])
		}
		var timeout net.Error
		if errors.As(err, &timeout) && timeout.Timeout() {
			return os.ErrDeadlineExceeded
		}
		if err != nil {
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
