// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "wire/segment.h"

namespace rstcause::test {

/// A frame as a capture file holds it.
struct CapturedFrame {
    int link_type = 0;            ///< DLT_…, as libpcap names them
    std::uint32_t interface = 0;  ///< as Wireshark numbers them: each section has some of its own
    Time time{};                  ///< 0 where the file tells none
    Bytes bytes;                  ///< valid as long as the file
    std::uint32_t length = 0;     ///< on the wire
};

bool is_pcapng(const std::filesystem::path& path);

/// Reads pcapng (draft-ietf-opsawg-pcapng). libpcap refuses files whose interfaces differ in link type
/// or snapshot length, as those of two capture points do, and does not tell the interfaces apart.
class PcapngFile {
public:
    explicit PcapngFile(const std::filesystem::path& path);

    /// The next frame; empty at the end. Throws where the file is damaged or cut short.
    std::optional<CapturedFrame> next();

private:
    struct Interface {
        int link_type = 0;
        std::uint32_t snapshot_length = 0;  ///< 0: none
        std::uint8_t resolution = 6;        ///< if_tsresol
        std::int64_t offset = 0;            ///< if_tsoffset, in seconds
    };

    /// A block's body; its place in the file.
    struct Block {
        std::uint32_t type = 0;
        std::size_t at = 0, end = 0;
    };

    std::uint64_t number(std::size_t at, std::size_t bytes) const;
    Block block();
    void begin_section(const Block& block);
    void add_interface(const Block& block);
    std::optional<CapturedFrame> frame(const Block& block) const;
    CapturedFrame enhanced_packet(const Block& block, std::size_t interface_bytes) const;
    CapturedFrame simple_packet(const Block& block) const;
    CapturedFrame with_bytes(CapturedFrame frame, const Block& block, std::size_t at,
                             std::size_t captured) const;
    const Interface& interface(std::size_t id) const;

    std::vector<std::uint8_t> file_;
    std::size_t next_ = 0;
    bool little_endian_ = true;
    std::uint32_t sections_ = 0;
    std::vector<Interface> interfaces_;  ///< of the present section
};

}  // namespace rstcause::test
