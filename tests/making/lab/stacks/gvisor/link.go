// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"net"
	"os"

	"golang.org/x/sys/unix"
	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/link/fdbased"
	"gvisor.dev/gvisor/pkg/tcpip/link/tun"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
)

const etherMTU = 1500

// openLink opens Ethernet on a device: by a packet socket where it is an interface that exists
// (its own MAC address), else as a TAP (the kernel's end has the device's address, ours another).
func openLink(device string) (stack.LinkEndpoint, error) {
	options := fdbased.Options{MTU: etherMTU, EthernetHeader: true, PacketDispatchMode: fdbased.Readv}
	link, err := net.InterfaceByName(device)
	_, noTap := os.Stat("/sys/class/net/" + device + "/tun_flags")
	var fd int
	if err == nil && noTap != nil {
		fd, err = openPackets(link.Index)
		options.Address = tcpip.LinkAddress(link.HardwareAddr)
	} else {
		fd, err = tun.OpenTAP(device)
		options.Address = "\x02rstlb"
	}
	if err != nil {
		return nil, err
	}
	options.FDs = []int{fd}
	return fdbased.New(&options)
}

func openPackets(index int) (int, error) {
	const everything = 0x0300 // ETH_P_ALL in network order
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, err
	}
	if err := unix.SetsockoptInt(fd, unix.SOL_PACKET, unix.PACKET_IGNORE_OUTGOING, 1); err != nil {
		return 0, err
	}
	return fd, unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: everything, Ifindex: index})
}
