// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture_file.h"

#include <memory>
#include <optional>
#include <stdexcept>

#include <fmt/core.h>
#include <pcap/pcap.h>

#include "decode.h"
#include "pcapng.h"

namespace rstcause::test {

namespace {

namespace fs = std::filesystem;

struct Closer {
    void operator()(pcap_t* capture) const { pcap_close(capture); }
};

/// A capture of the old form, as libpcap reads it.
class PcapFile {
public:
    explicit PcapFile(const fs::path& path)
    {
        char problem[PCAP_ERRBUF_SIZE] = "";
        capture_.reset(pcap_open_offline_with_tstamp_precision(
            path.c_str(), PCAP_TSTAMP_PRECISION_NANO, problem));
        if (!capture_)
            throw std::runtime_error(problem);
    }

    /// Its bytes are valid until the next call. Empty at the end.
    std::optional<CapturedFrame> next()
    {
        pcap_pkthdr* header = nullptr;
        const u_char* bytes = nullptr;
        const int status = pcap_next_ex(capture_.get(), &header, &bytes);
        if (status == PCAP_ERROR)
            throw std::runtime_error(pcap_geterr(capture_.get()));
        if (status != 1)
            return std::nullopt;
        return CapturedFrame{.link_type = pcap_datalink(capture_.get()),
                             .time = std::chrono::seconds(header->ts.tv_sec)
                                 + std::chrono::nanoseconds(header->ts.tv_usec),  // as asked above
                             .bytes = {bytes, header->caplen},
                             .length = header->len};
    }

private:
    std::unique_ptr<pcap_t, Closer> capture_;
};

template <typename File>
Trace read_all(File file)
{
    Trace trace;
    Frame number = 0;
    try {
        while (const auto captured = file.next()) {
            ++number;
            auto packet = decode(captured->link_type, captured->bytes, captured->length);
            if (!packet)
                continue;
            packet->kept = packet->raw.frame = number;
            packet->raw.interface = captured->interface;
            packet->raw.time = captured->time;
            trace.push_back(std::move(*packet));
        }
    } catch (const std::exception& error) {
        throw std::runtime_error(fmt::format("after frame {}: {}", number, error.what()));
    }
    return trace;
}

}  // namespace

Trace read_trace(const fs::path& path)
{
    return is_pcapng(path) ? read_all(PcapngFile(path)) : read_all(PcapFile(path));
}

}  // namespace rstcause::test
