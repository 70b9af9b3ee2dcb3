// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"fmt"
	"net"
	"strconv"
	"sync"
	"time"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/network/arp"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv6"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/transport/icmp"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"
	"gvisor.dev/gvisor/pkg/waiter"
)

const (
	nic     = 1
	backlog = 128
)

// host is one netstack with its listening ports.
type host struct {
	stack   *stack.Stack
	lock    sync.Mutex
	listens map[string][]tcpip.Endpoint // one for each IP version
}

func newHost(device string, pairs []string) (*host, error) {
	link, err := openLink(device)
	if err != nil {
		return nil, fmt.Errorf("%s: %v", device, err)
	}
	h := &host{listens: map[string][]tcpip.Endpoint{}, stack: stack.New(stack.Options{
		NetworkProtocols: []stack.NetworkProtocolFactory{
			ipv4.NewProtocol, ipv6.NewProtocol, arp.NewProtocol},
		TransportProtocols: []stack.TransportProtocolFactory{
			tcp.NewProtocol, icmp.NewProtocol4, icmp.NewProtocol6},
	})}
	if err := h.stack.CreateNIC(nic, link); err != nil {
		return nil, fmt.Errorf("%s: %v", device, err)
	}
	for at := 0; at < len(pairs); at += 2 {
		if err := h.own(pairs[at], pairs[at+1]); err != nil {
			return nil, err
		}
	}
	// As runsc, the program that gVisor is made for, sets it (runsc/boot/loader.go).
	return h, h.set(map[string]int{"sack": 1})
}

// address is an IP in the form that netstack uses, and which protocol it belongs to.
func address(ip net.IP) (tcpip.Address, tcpip.NetworkProtocolNumber) {
	if short := ip.To4(); short != nil {
		return tcpip.Address(short), ipv4.ProtocolNumber
	}
	return tcpip.Address(ip), ipv6.ProtocolNumber
}

// own makes an ADDRESS/PREFIX the host's, with its default gateway.
func (h *host) own(text, gateway string) error {
	ip, network, err := net.ParseCIDR(text)
	if err != nil {
		return err
	}
	local, protocol := address(ip)
	router, routerProtocol := address(net.ParseIP(gateway))
	if protocol != routerProtocol {
		return fmt.Errorf("%s is no gateway for %s", gateway, text)
	}
	length, _ := network.Mask.Size()
	ours := tcpip.ProtocolAddress{Protocol: protocol,
		AddressWithPrefix: tcpip.AddressWithPrefix{Address: local, PrefixLen: length}}
	if err := h.stack.AddProtocolAddress(nic, ours, stack.AddressProperties{}); err != nil {
		return fmt.Errorf("%s: %v", text, err)
	}
	anywhere := header.IPv4EmptySubnet
	if protocol == ipv6.ProtocolNumber {
		anywhere = header.IPv6EmptySubnet
	}
	h.stack.AddRoute(tcpip.Route{Destination: ours.AddressWithPrefix.Subnet(), NIC: nic})
	h.stack.AddRoute(tcpip.Route{Destination: anywhere, Gateway: router, NIC: nic})
	return nil
}

// set changes what all later connections have in common; times in milliseconds.
func (h *host) set(numbers map[string]int) error {
	for name, value := range numbers {
		span := time.Duration(value) * time.Millisecond
		var option tcpip.SettableTransportProtocolOption
		switch name {
		case "sack":
			enabled := tcpip.TCPSACKEnabled(value != 0)
			option = &enabled
		case "retries":
			option = ptr(tcpip.TCPMaxRetriesOption(value))
		case "minrto":
			option = ptr(tcpip.TCPMinRTOOption(span))
		case "maxrto":
			option = ptr(tcpip.TCPMaxRTOOption(span))
		case "timewait":
			option = ptr(tcpip.TCPTimeWaitTimeoutOption(span))
		case "finwait2":
			option = ptr(tcpip.TCPLingerTimeoutOption(span))
		default:
			return fmt.Errorf("cannot set %s", name)
		}
		if err := h.stack.SetTransportProtocolOption(tcp.ProtocolNumber, option); err != nil {
			return fmt.Errorf("%s: %v", name, err)
		}
	}
	return nil
}

func ptr[T any](value T) *T { return &value }

// endpoint is a new TCP socket bound to a local port (0: any).
func (h *host) endpoint(protocol tcpip.NetworkProtocolNumber, port uint16) (tcpip.Endpoint, *waiter.Queue, error) {
	queue := new(waiter.Queue)
	ep, err := h.stack.NewEndpoint(tcp.ProtocolNumber, protocol, queue)
	if err != nil {
		return nil, nil, fmt.Errorf("%v", err)
	}
	ep.SocketOptions().SetReuseAddress(true)
	ep.SocketOptions().SetV6Only(true)
	if err := ep.Bind(tcpip.FullAddress{Port: port}); err != nil {
		ep.Close()
		return nil, nil, fmt.Errorf("port %d: %v", port, err)
	}
	return ep, queue, nil
}

func parsePort(text string) (uint16, error) {
	port, err := strconv.ParseUint(text, 10, 16)
	return uint16(port), err
}

func (h *host) listen(text string, b behaviour) error {
	port, err := parsePort(text)
	if err != nil {
		return err
	}
	if _, known := behaviours[b.name]; !known {
		return fmt.Errorf("unknown behaviour")
	}
	h.lock.Lock()
	defer h.lock.Unlock()
	for _, protocol := range []tcpip.NetworkProtocolNumber{ipv4.ProtocolNumber, ipv6.ProtocolNumber} {
		ep, queue, err := h.endpoint(protocol, port)
		if err != nil {
			return err
		}
		if err := ep.Listen(backlog); err != nil {
			return fmt.Errorf("%v", err)
		}
		h.listens[text] = append(h.listens[text], ep)
		go acceptAll(ep, queue, b)
	}
	say("listening", port, b.name)
	return nil
}

// acceptAll gives every new connection its behaviour, until the endpoint is closed.
func acceptAll(listening tcpip.Endpoint, queue *waiter.Queue, b behaviour) {
	entry, ready := waiter.NewChannelEntry(waiter.ReadableEvents | waiter.EventHUp)
	queue.EventRegister(&entry)
	defer queue.EventUnregister(&entry)
	for {
		ep, itsQueue, err := listening.Accept(nil)
		switch err.(type) {
		case nil:
			c := newConnection(ep, itsQueue)
			c.say("accepted")
			go c.behave(b)
		case *tcpip.ErrWouldBlock:
			<-ready
		default:
			return
		}
	}
}

func (h *host) stop(port string) error {
	h.lock.Lock()
	defer h.lock.Unlock()
	if len(h.listens[port]) == 0 {
		return fmt.Errorf("does not listen")
	}
	for _, ep := range h.listens[port] {
		ep.Close()
	}
	delete(h.listens, port)
	say("stopped", port)
	return nil
}

func (h *host) dial(remote, text string, b behaviour) error {
	port, err := parsePort(text)
	if err != nil {
		return err
	}
	ip := net.ParseIP(remote)
	if ip == nil {
		return fmt.Errorf("%s is no address", remote)
	}
	if _, known := behaviours[b.name]; !known {
		return fmt.Errorf("unknown behaviour")
	}
	peer, protocol := address(ip)
	ep, queue, err := h.endpoint(protocol, uint16(b.numbers["source"]))
	if err != nil {
		return err
	}
	go dial(ep, queue, tcpip.FullAddress{Addr: peer, Port: port}, b)
	return nil
}

// dial connects an endpoint; its behaviour begins when that has worked.
func dial(ep tcpip.Endpoint, queue *waiter.Queue, peer tcpip.FullAddress, b behaviour) {
	entry, ready := waiter.NewChannelEntry(waiter.WritableEvents | waiter.EventErr | waiter.EventHUp)
	queue.EventRegister(&entry)
	defer queue.EventUnregister(&entry)
	err := ep.Connect(peer)
	c := newConnection(ep, queue)
	c.peer = peer
	c.say("dialing")
	if _, started := err.(*tcpip.ErrConnectStarted); started {
		<-ready
		err = ep.LastError()
	}
	if err != nil {
		c.ended(err.String())
		ep.Close()
		return
	}
	c.say("connected")
	c.behave(b)
}
