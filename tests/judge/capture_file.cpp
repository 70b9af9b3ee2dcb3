// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture_file.h"

#include <fstream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include <fmt/core.h>
#include <pcap/pcap.h>

#include "decode.h"

namespace rstcause::test {

namespace {

namespace fs = std::filesystem;

// Block types of pcapng: draft-ietf-opsawg-pcapng §4 and, for the obsolete one, §A.
constexpr std::uint32_t kSection = 0x0a0d0d0a;
constexpr std::uint32_t kObsoletePacket = 2;
constexpr std::uint32_t kSimplePacket = 3;
constexpr std::uint32_t kPacket = 6;
constexpr std::uint8_t kLittleEndianMagic = 0x4d;  // the first byte of 0x1a2b3c4d
constexpr std::size_t kSmallestBlock = 12;

/// Walks over the blocks of a pcapng file for what libpcap does not tell: each packet's interface.
class Blocks {
public:
    explicit Blocks(std::vector<std::uint8_t> file) : file_(std::move(file)) {}

    /// As Wireshark numbers them: each section has interfaces of its own. A simple packet has none
    /// written down; it belongs to the section's first.
    std::vector<std::uint32_t> interfaces()
    {
        std::vector<std::uint32_t> found;
        std::uint32_t section = 0;
        bool first = true;
        for (std::size_t at = 0; at + kSmallestBlock <= file_.size(); at += length(at)) {
            if (read(at, 4) == kSection) {  // the same in either byte order
                little_endian_ = file_.at(at + 8) == kLittleEndianMagic;
                section += !first;
                first = false;
            }
            if (const auto interface = interface_of(at))
                found.push_back(*interface + (section << 16));
        }
        return found;
    }

private:
    std::uint32_t read(std::size_t at, std::size_t bytes) const
    {
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < bytes; ++i)
            value = value << 8 | file_.at(little_endian_ ? at + bytes - 1 - i : at + i);
        return value;
    }

    std::size_t length(std::size_t at) const
    {
        const std::size_t length = read(at + 4, 4);
        if (length < kSmallestBlock)
            throw std::runtime_error(fmt::format("a pcapng block of {} bytes", length));
        return length;
    }

    std::optional<std::uint32_t> interface_of(std::size_t block) const
    {
        switch (read(block, 4)) {
        case kPacket: return read(block + 8, 4);
        case kObsoletePacket: return read(block + 8, 2);
        case kSimplePacket: return 0;
        default: return std::nullopt;
        }
    }

    std::vector<std::uint8_t> file_;
    bool little_endian_ = true;
};

bool is_pcapng(const fs::path& path)
{
    char first = 0;
    return std::ifstream(path, std::ios::binary).get(first) && first == 0x0a;
}

std::vector<std::uint8_t> content(const fs::path& path)
{
    std::vector<std::uint8_t> bytes(fs::file_size(path));
    std::ifstream(path, std::ios::binary)
        .read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return bytes;
}

struct Closer {
    void operator()(pcap_t* capture) const { pcap_close(capture); }
};

/// A capture as libpcap reads it.
class CaptureFile {
public:
    explicit CaptureFile(const fs::path& path)
    {
        char problem[PCAP_ERRBUF_SIZE] = "";
        capture_.reset(pcap_open_offline_with_tstamp_precision(
            path.c_str(), PCAP_TSTAMP_PRECISION_NANO, problem));
        if (!capture_)
            throw std::runtime_error(problem);
    }

    /// The next frame, from `number` 1 on. False at the end.
    bool next()
    {
        const int status = pcap_next_ex(capture_.get(), &header_, &bytes_);
        if (status == PCAP_ERROR)
            throw std::runtime_error(
                fmt::format("after frame {}: {}", number, pcap_geterr(capture_.get())));
        number += status == 1;
        return status == 1;
    }

    std::optional<Packet> packet() const
    {
        auto packet =
            decode(pcap_datalink(capture_.get()), {bytes_, header_->caplen}, header_->len);
        if (packet) {
            packet->kept = packet->raw.frame = number;
            packet->raw.time = std::chrono::seconds(header_->ts.tv_sec)
                + std::chrono::nanoseconds(header_->ts.tv_usec);  // as asked for above
        }
        return packet;
    }

    Frame number = 0;

private:
    std::unique_ptr<pcap_t, Closer> capture_;
    pcap_pkthdr* header_ = nullptr;
    const u_char* bytes_ = nullptr;
};

}  // namespace

Trace read_trace(const fs::path& path)
{
    CaptureFile capture(path);
    std::optional<std::vector<std::uint32_t>> interfaces;  // none are told apart in pcap
    if (is_pcapng(path))
        interfaces = Blocks(content(path)).interfaces();
    Trace trace;
    while (capture.next())
        if (auto packet = capture.packet()) {
            packet->raw.interface = interfaces ? interfaces->at(capture.number - 1) : 0;
            trace.push_back(std::move(*packet));
        }
    return trace;
}

}  // namespace rstcause::test
