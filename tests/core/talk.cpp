// SPDX-License-Identifier: GPL-2.0-or-later
#include "talk.h"

#include <arpa/inet.h>

#include <algorithm>
#include <stdexcept>

#include "diagnosis/catalogue.h"

namespace rstcause::test {

namespace {

Address address(std::string_view text)
{
    const bool v6 = text.find(':') != text.npos;
    std::uint8_t bytes[16] = {};
    if (inet_pton(v6 ? AF_INET6 : AF_INET, std::string(text).c_str(), bytes) != 1)
        throw std::invalid_argument(std::string(text));
    return v6 ? address_from_ipv6(bytes) : address_from_ipv4(bytes);
}

void put16(std::vector<std::uint8_t>& bytes, std::uint16_t value)
{
    bytes.push_back(static_cast<std::uint8_t>(value >> 8));
    bytes.push_back(static_cast<std::uint8_t>(value));
}

void put32(std::vector<std::uint8_t>& bytes, std::uint32_t value)
{
    put16(bytes, static_cast<std::uint16_t>(value >> 16));
    put16(bytes, static_cast<std::uint16_t>(value));
}

std::uint8_t flag_bits(std::string_view letters)
{
    std::uint8_t bits = 0;
    for (char letter : letters)
        bits |= static_cast<std::uint8_t>(1u << std::string_view("FSRPA").find(letter));
    return bits;
}

}  // namespace

std::vector<std::uint8_t> tcp_header(std::uint16_t source, std::uint16_t destination,
                                     const Packet& packet)
{
    std::vector<std::uint8_t> bytes;
    put16(bytes, source);
    put16(bytes, destination);
    put32(bytes, packet.seq);
    put32(bytes, packet.ack);
    const auto words = static_cast<std::uint8_t>((packet.timestamp ? 8 : 5) + packet.options.size() / 4);
    bytes.push_back(
        static_cast<std::uint8_t>((packet.data_offset ? packet.data_offset : words) << 4));
    bytes.push_back(flag_bits(packet.flags));
    put16(bytes, packet.window);
    put32(bytes, 0);  // checksum, urgent pointer
    if (packet.timestamp) {
        put32(bytes, 0x0101080a);  // NOP, NOP, timestamps of 10 bytes
        put32(bytes, *packet.timestamp);
        put32(bytes, 0);
    }
    bytes.insert(bytes.end(), packet.options.begin(), packet.options.end());
    return bytes;
}

Talk& Talk::between(std::string_view client, std::string_view server, std::uint16_t port)
{
    client_.address = address(client);
    server_ = {address(server), port};
    return *this;
}

Talk& Talk::send(bool from_client, const Packet& packet)
{
    const Endpoint& from = from_client ? client_ : server_;
    const Endpoint& to = from_client ? server_ : client_;
    auto bytes = tcp_header(from.port, to.port, packet);
    const auto header = static_cast<std::uint32_t>(bytes.size());
    bytes.insert(bytes.end(), packet.data.begin(), packet.data.end());
    const auto said = std::max(packet.payload, static_cast<std::uint32_t>(packet.data.size()));
    last_ = session.observe({.frame = ++frame_,
                             .time = now_,
                             .interface = packet.interface,
                             .source = from.address,
                             .destination = to.address,
                             .hop_limit = packet.hop_limit,
                             .link_source = packet.link,
                             .ip_id = packet.ip_id,
                             .bytes = bytes,
                             .length = header + said});
    now_ += 1ms;
    return *this;
}

Talk& Talk::handshake()
{
    client({.flags = "S", .seq = kClientIsn});
    server({.flags = "SA", .seq = kServerIsn, .ack = kClientIsn + 1});
    return client({.flags = "A", .seq = kClientIsn + 1, .ack = kServerIsn + 1});
}

Talk& Talk::client_repeats_first_data(int count, Time first_interval)
{
    Time interval = first_interval - 1ms;
    for (int i = 0; i < count; ++i) {
        client({.flags = "PA", .seq = kClientIsn + 1, .ack = kServerIsn + 1, .payload = 100});
        wait(interval);
        interval = 2 * (interval + 1ms) - 1ms;
    }
    return *this;
}

Talk& Talk::tracked(bool retransmission, bool not_new)
{
    session.note_tracking({.available = true, .retransmission = retransmission,
                           .not_new = not_new});
    return *this;
}

std::string Talk::reason() const { return std::string(row(verdict().cause).token); }

}  // namespace rstcause::test
