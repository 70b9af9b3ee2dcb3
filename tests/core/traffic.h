// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <numeric>

#include "report/report.h"
#include "talk.h"

namespace rstcause::test {

/// Connections of all kinds, one after the other, each from a port of its own.
class Traffic : public Talk {
public:
    /// An ordinary stack's SYN (with timestamps) that is answered by a reset: not_listening, a problem, likely.
    Traffic& refused(int times = 1)
    {
        for (; times > 0; --times) {
            from_port(++port_);
            client({.flags = "S", .seq = kClientIsn, .timestamp = port_});  // a scanner's has none
            server({.flags = "RA", .ack = kClientIsn + 1, .window = 0});
        }
        return *this;
    }
    /// An established connection that its server aborts, its client's last words acknowledged and not
    /// answered: unread_data, a problem, possible.
    Traffic& aborted(int times = 1)
    {
        from_port(++port_).handshake();
        client({.flags = "PA", .seq = kClientIsn + 1, .ack = kServerIsn + 1, .payload = 100});
        server({.flags = "A", .seq = kServerIsn + 1, .ack = kClientIsn + 101});
        for (; times > 0; --times)
            server({.flags = "RA", .seq = kServerIsn + 1, .ack = kClientIsn + 101});
        return *this;
    }
    /// A client that aborts while the answer comes in: a notice.
    Traffic& given_up()
    {
        from_port(++port_).handshake();
        client({.flags = "PA", .seq = kClientIsn + 1, .ack = kServerIsn + 1, .payload = 100});
        server({.flags = "A", .seq = kServerIsn + 1, .ack = kClientIsn + 101, .payload = 1400});
        client({.flags = "RA", .seq = kClientIsn + 101, .ack = kServerIsn + 1});
        return *this;
    }
    /// As aborted(), but the server goes on, so that the reset is forged: injected, a problem; or
    /// normal when the client goes on, too.
    Traffic& forged(bool ignored)
    {
        aborted().wait(1s);
        server({.flags = "PA", .seq = kServerIsn + 1, .ack = kClientIsn + 101, .payload = 50});
        if (ignored)
            client({.flags = "A", .seq = kClientIsn + 101, .ack = kServerIsn + 51});
        return *this;
    }
    /// A good-bye after the server's FIN met a closed socket: data_after_close, normal.
    Traffic& late_data()
    {
        from_port(++port_).handshake();
        server({.flags = "FA", .seq = kServerIsn + 1, .ack = kClientIsn + 1});
        client({.flags = "PA", .seq = kClientIsn + 1, .ack = kServerIsn + 2, .data = "QUIT\r\n"});
        server({.flags = "R", .seq = kServerIsn + 2, .window = 0});
        return *this;
    }
    /// A reset out of nowhere: unknown.
    Traffic& stray()
    {
        from_port(++port_);
        server({.flags = "R", .seq = kServerIsn, .window = 0});
        return *this;
    }
    Traffic& at(Time time)
    {
        Talk::at(time);
        return *this;
    }
    Traffic& to(std::string_view server, std::uint16_t port = 80)
    {
        between(client_address_, server, port);
        return *this;
    }
    Traffic& by(std::string_view client, std::string_view server, std::uint16_t port = 80)
    {
        client_address_ = client;
        return to(server, port);
    }

    Report report() const
    {
        std::vector<ResetId> all(session.reset_count());
        std::iota(all.begin(), all.end(), 0);
        return rstcause::report(session, all);
    }

private:
    std::uint16_t port_ = 40000;
    std::string client_address_ = "10.0.0.1";
};

inline bool contains(const std::string& text, const std::string& part)
{
    return text.find(part) != text.npos;
}

}  // namespace rstcause::test
