// SPDX-License-Identifier: GPL-2.0-or-later
#include "pcapng.h"

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include <fmt/core.h>
#include <pcap/dlt.h>

namespace rstcause::test {

namespace fs = std::filesystem;

namespace {

// Block types, draft-ietf-opsawg-pcapng §4; the obsolete packet block is appendix A.
constexpr std::uint32_t kSection = 0x0a0d0d0a;  // reads the same in either byte order
constexpr std::uint32_t kInterface = 1;
constexpr std::uint32_t kObsoletePacket = 2;
constexpr std::uint32_t kSimplePacket = 3;
constexpr std::uint32_t kEnhancedPacket = 6;

constexpr std::uint8_t kLittleEndianMagic = 0x4d;  // the first byte of 0x1a2b3c4d
constexpr std::size_t kBlockHead = 8;
constexpr std::size_t kBlockFoot = 4;
constexpr std::size_t kLinkTypeRaw = 101;  // the only one that libpcap calls by another number here

constexpr std::uint16_t kEndOfOptions = 0;
constexpr std::uint16_t kTimeResolution = 9;
constexpr std::uint16_t kTimeOffset = 14;

constexpr std::uint64_t power_of_ten(unsigned exponent)
{
    std::uint64_t value = 1;
    while (exponent-- > 0)
        value *= 10;
    return value;
}

/// Units of if_tsresol: 10^-n s or, with the top bit, 2^-n s.
Time time_of(std::uint64_t ticks, std::uint8_t resolution)
{
    const unsigned exponent = resolution & 0x7f;
    std::uint64_t seconds = 0, nanoseconds = 0;
    if (exponent > ((resolution & 0x80) ? 63u : 19u)) {
        throw std::runtime_error(fmt::format("times in units of {:#x}", resolution));
    } else if (resolution & 0x80) {
        seconds = ticks >> exponent;
        const std::uint64_t rest = ticks - (seconds << exponent);
        const unsigned spare = exponent > 34 ? exponent - 34 : 0;  // so that the product fits
        nanoseconds = (rest >> spare) * 1'000'000'000 >> (exponent - spare);
    } else {
        const std::uint64_t unit = power_of_ten(exponent);
        seconds = ticks / unit;
        const std::uint64_t rest = ticks % unit;
        nanoseconds = exponent > 9 ? rest / power_of_ten(exponent - 9)
                                   : rest * power_of_ten(9 - exponent);
    }
    return std::chrono::seconds(static_cast<std::int64_t>(seconds))
        + std::chrono::nanoseconds(static_cast<std::int64_t>(nanoseconds));
}

std::vector<std::uint8_t> content(const fs::path& path)
{
    std::vector<std::uint8_t> bytes(fs::file_size(path));
    std::ifstream(path, std::ios::binary)
        .read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return bytes;
}

}  // namespace

bool is_pcapng(const fs::path& path)
{
    char first = 0;
    return std::ifstream(path, std::ios::binary).get(first) && first == 0x0a;
}

PcapngFile::PcapngFile(const fs::path& path) : file_(content(path)) {}

std::uint64_t PcapngFile::number(std::size_t at, std::size_t bytes) const
{
    if (at + bytes > file_.size())
        throw std::runtime_error("the file is cut short");
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < bytes; ++i)
        value = value << 8 | file_[little_endian_ ? at + bytes - 1 - i : at + i];
    return value;
}

PcapngFile::Block PcapngFile::block()
{
    if (file_.size() - next_ < kBlockHead + kBlockFoot)
        throw std::runtime_error("the file is cut short");
    if (number(next_, 4) == kSection)  // tells in which order to read even its own length
        little_endian_ = file_.at(next_ + kBlockHead) == kLittleEndianMagic;
    const std::size_t length = number(next_ + 4, 4);
    if (length < kBlockHead + kBlockFoot)
        throw std::runtime_error(fmt::format("a block of {} bytes", length));
    if (length > file_.size() - next_)
        throw std::runtime_error("the file is cut short");
    const Block block{.type = static_cast<std::uint32_t>(number(next_, 4)),
                      .at = next_ + kBlockHead,
                      .end = next_ + length - kBlockFoot};
    next_ += (length + 3) / 4 * 4;
    next_ = std::min(next_, file_.size());
    return block;
}

void PcapngFile::begin_section(const Block& block)
{
    if (number(block.at, 4) != 0x1a2b3c4d)
        throw std::runtime_error("not a pcapng file");
    ++sections_;
    interfaces_.clear();
}

void PcapngFile::add_interface(const Block& block)
{
    const auto link_type = number(block.at, 2);
    Interface added{.link_type = link_type == kLinkTypeRaw ? DLT_RAW : static_cast<int>(link_type),
                    .snapshot_length = static_cast<std::uint32_t>(number(block.at + 4, 4))};
    for (std::size_t at = block.at + 8; at + 4 <= block.end;) {
        const std::uint64_t code = number(at, 2), length = number(at + 2, 2);
        at += 4;
        if (code == kEndOfOptions || at + length > block.end)
            break;
        if (code == kTimeResolution && length == 1)
            added.resolution = file_.at(at);
        if (code == kTimeOffset && length == 8)
            added.offset = static_cast<std::int64_t>(number(at, 8));
        at += (length + 3) / 4 * 4;
    }
    interfaces_.push_back(added);
}

const PcapngFile::Interface& PcapngFile::interface(std::size_t id) const
{
    if (id >= interfaces_.size())
        throw std::runtime_error(fmt::format("a packet of interface {}, which is not described", id));
    return interfaces_[id];
}

CapturedFrame PcapngFile::with_bytes(CapturedFrame frame, const Block& block, std::size_t at,
                                     std::size_t captured) const
{
    if (at > block.end || captured > block.end - at)
        throw std::runtime_error("a packet longer than its block");
    frame.bytes = Bytes(file_).subspan(at, captured);
    frame.interface += (sections_ - 1) << 16;
    return frame;
}

/// The obsolete block keeps its interface in two bytes, and in the next two how many were dropped.
CapturedFrame PcapngFile::enhanced_packet(const Block& block, std::size_t interface_bytes) const
{
    const std::uint64_t id = number(block.at, interface_bytes);
    const Interface& from = interface(id);
    const std::uint64_t ticks = number(block.at + 4, 4) << 32 | number(block.at + 8, 4);
    const CapturedFrame frame{.link_type = from.link_type,
                              .interface = static_cast<std::uint32_t>(id),
                              .time = time_of(ticks, from.resolution)
                                  + std::chrono::seconds(from.offset),
                              .length = static_cast<std::uint32_t>(number(block.at + 16, 4))};
    return with_bytes(frame, block, block.at + 20, number(block.at + 12, 4));
}

CapturedFrame PcapngFile::simple_packet(const Block& block) const
{
    const Interface& from = interface(0);
    const CapturedFrame frame{.link_type = from.link_type,
                              .length = static_cast<std::uint32_t>(number(block.at, 4))};
    const std::uint32_t most = from.snapshot_length ? from.snapshot_length : frame.length;
    return with_bytes(frame, block, block.at + 4, std::min(frame.length, most));
}

std::optional<CapturedFrame> PcapngFile::frame(const Block& block) const
{
    switch (block.type) {
    case kEnhancedPacket: return enhanced_packet(block, 4);
    case kObsoletePacket: return enhanced_packet(block, 2);
    case kSimplePacket: return simple_packet(block);
    default: return std::nullopt;
    }
}

std::optional<CapturedFrame> PcapngFile::next()
{
    while (next_ < file_.size()) {
        const Block found = block();
        if (found.type == kSection)
            begin_section(found);
        else if (found.type == kInterface)
            add_interface(found);
        else if (auto captured = frame(found))
            return captured;
    }
    return std::nullopt;
}

}  // namespace rstcause::test
