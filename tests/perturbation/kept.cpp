// SPDX-License-Identifier: GPL-2.0-or-later
#include "kept.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>

#include <pcap/pcap.h>

#include "decode.h"

namespace rstcause::test {

namespace fs = std::filesystem;

namespace {

/// The interface of every packet of a pcapng file: libpcap does not tell. Blocks start with their
/// type and length; a packet block (type 6) goes on with the interface, a section has its own.
std::vector<std::uint32_t> interfaces_of(const fs::path& path)
{
    std::ifstream in(path, std::ios::binary);
    const std::vector<char> file(std::istreambuf_iterator<char>(in), {});
    const auto read32 = [&](std::size_t at) {  // every kept file is little-endian
        std::uint32_t value = 0;
        for (std::size_t i = 4; i-- > 0;)
            value = value << 8 | static_cast<std::uint8_t>(file.at(at + i));
        return value;
    };
    std::vector<std::uint32_t> interfaces;
    std::uint32_t sections = 0;
    for (std::size_t at = 0; at < file.size(); at += std::max(read32(at + 4), 12u)) {
        sections += read32(at) == 0x0a0d0d0a;
        if (read32(at) == 6)
            interfaces.push_back(read32(at + 8) + ((sections - 1) << 16));
    }
    return interfaces;
}

struct Closer {
    void operator()(pcap_t* capture) const { pcap_close(capture); }
};

Trace read_trace(const fs::path& path)
{
    char problem[PCAP_ERRBUF_SIZE] = "";
    const std::unique_ptr<pcap_t, Closer> capture(pcap_open_offline_with_tstamp_precision(
        path.c_str(), PCAP_TSTAMP_PRECISION_NANO, problem));
    if (!capture)
        throw std::runtime_error(problem);
    const auto interfaces = interfaces_of(path);
    Trace trace;
    pcap_pkthdr* header = nullptr;
    const u_char* bytes = nullptr;
    Frame frame = 0;
    int status = 0;
    for (; (status = pcap_next_ex(capture.get(), &header, &bytes)) == 1; ++frame) {
        auto packet = decode(pcap_datalink(capture.get()), {bytes, header->caplen}, header->len);
        if (!packet)
            continue;
        packet->kept = packet->raw.frame = frame + 1;
        packet->raw.interface = interfaces.at(frame);
        packet->raw.time = std::chrono::seconds(header->ts.tv_sec)
            + std::chrono::nanoseconds(header->ts.tv_usec);  // nanoseconds, as asked for above
        trace.push_back(std::move(*packet));
    }
    if (status != PCAP_ERROR_BREAK || frame != interfaces.size())
        throw std::runtime_error(std::string("libpcap: ") + pcap_geterr(capture.get()));
    return trace;
}

/// Why this capture cannot be used; empty when it can.
std::string obstacle(const Kept& kept)
{
    const auto holds = [&](Frame frame) {
        return std::any_of(kept.trace.begin(), kept.trace.end(),
                           [&](const Packet& packet) { return packet.kept == frame; });
    };
    for (const Label& label : kept.labels)
        if (!holds(label.frame))
            return "wrapped in what the decoder does not know";
    return kept.trace.empty() ? "no plain TCP" : "";
}

Library read_library()
{
    Library found;
    for (const LabelFile& file : read_labels()) {
        Kept kept{.name = file.name, .twins = file.twins, .labels = file.labels, .trace = {}};
        std::string problem;
        try {
            kept.trace = read_trace(file.capture);
            problem = obstacle(kept);
        } catch (const std::exception& error) {
            problem = error.what();
        }
        if (problem.empty())
            found.captures.push_back(std::move(kept));
        else
            found.skipped[kept.name] = problem;
    }
    return found;
}

}  // namespace

const Library& library()
{
    static const Library read = read_library();
    return read;
}

}  // namespace rstcause::test
