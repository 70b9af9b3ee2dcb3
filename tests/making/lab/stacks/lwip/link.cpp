// SPDX-License-Identifier: GPL-2.0-or-later
#include "link.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <system_error>

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <lwip/etharp.h>
#include <lwip/ethip6.h>
#include <lwip/pbuf.h>
#include <netif/ethernet.h>

namespace {

constexpr u16_t kMtu = 1500;
constexpr std::size_t kFrame = 65536;
constexpr std::array<u8_t, 6> kTapAddress = {0x02, 'r', 's', 't', 'l', 'b'};

std::array<u8_t, 6> own_address = kTapAddress;

/// A call's result, or its error.
int must(int result, const std::string& what)
{
    if (result < 0)
        throw std::system_error(errno, std::generic_category(), what);
    return result;
}

ifreq request(const std::string& device)
{
    ifreq named{};
    device.copy(named.ifr_name, IFNAMSIZ - 1);
    return named;
}

int open_tap(const std::string& device)
{
    const int fd = must(open("/dev/net/tun", O_RDWR | O_CLOEXEC), "/dev/net/tun");
    ifreq named = request(device);
    named.ifr_flags = IFF_TAP | IFF_NO_PI;
    must(ioctl(fd, TUNSETIFF, &named), device);
    return fd;
}

int open_packets(const std::string& device)
{
    const int fd = must(socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0), "packet socket");
    ifreq named = request(device);
    must(ioctl(fd, SIOCGIFHWADDR, &named), device);
    std::copy_n(named.ifr_hwaddr.sa_data, own_address.size(), own_address.begin());
    const int yes = 1;
    must(setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &yes, sizeof yes), device);
    sockaddr_ll all{};
    all.sll_family = AF_PACKET;
    all.sll_protocol = htons(ETH_P_ALL);
    all.sll_ifindex = static_cast<int>(if_nametoindex(device.c_str()));
    must(bind(fd, reinterpret_cast<sockaddr*>(&all), sizeof all), device);
    return fd;
}

int descriptor(const netif* link) { return *static_cast<int*>(link->state); }

err_t send_frame(netif* link, pbuf* frame)
{
    std::array<u8_t, kFrame> bytes;
    const u16_t size = pbuf_copy_partial(frame, bytes.data(), frame->tot_len, 0);
    return write(descriptor(link), bytes.data(), size) == size ? ERR_OK : ERR_IF;
}

}  // namespace

int open_link(const std::string& device)
{
    const std::filesystem::path known = "/sys/class/net/" + device;
    return exists(known) && !exists(known / "tun_flags") ? open_packets(device) : open_tap(device);
}

err_t init_link(netif* link)
{
    link->name[0] = 'e';
    link->name[1] = 'n';
    link->mtu = kMtu;
    link->hwaddr_len = own_address.size();
    std::copy(own_address.begin(), own_address.end(), link->hwaddr);
    link->output = etharp_output;
    link->output_ip6 = ethip6_output;
    link->linkoutput = send_frame;
    link->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET
        | NETIF_FLAG_MLD6 | NETIF_FLAG_LINK_UP;
    return ERR_OK;
}

void receive_frames(netif* link)
{
    std::array<u8_t, kFrame> bytes;
    for (;;) {
        const ssize_t size = read(descriptor(link), bytes.data(), bytes.size());
        if (size < 0 && (errno == EINTR || errno == ENETDOWN))
            continue;
        if (size <= 0)
            return;
        pbuf* frame = pbuf_alloc(PBUF_RAW, static_cast<u16_t>(size), PBUF_RAM);
        if (!frame)
            continue;  // lost, as on any wire
        pbuf_take(frame, bytes.data(), static_cast<u16_t>(size));
        if (link->input(frame, link) != ERR_OK)
            pbuf_free(frame);
    }
}
