// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <map>
#include <string>

#include <lwip/tcp.h>

/// What a connection does: a name, and numbers (milliseconds, bytes).
struct Behaviour {
    std::string name;
    std::map<std::string, unsigned> numbers;

    unsigned number(const std::string& key) const
    {
        const auto found = numbers.find(key);
        return found == numbers.end() ? 0 : found->second;
    }
};

class Connection;

/// How a behaviour answers what happens. ../README.md says what each does.
struct Habit {
    bool reads;             ///< takes what comes from lwIP, so that the window stays open
    bool closes_with_peer;  ///< when the peer closes, and all is answered
    void (*begin)(Connection&) = nullptr;
    void (*hear)(Connection&, const std::string&) = nullptr;
};

/// The habit of that name; null: unknown.
const Habit* find_habit(const std::string& name);

/// One TCP connection of the host. It owns itself: it ends with its control block, or when it hands
/// that back to lwIP by a close or an abort. All calls belong to lwIP's thread.
class Connection {
public:
    static void accept(tcp_pcb* pcb, const Behaviour& behaviour);
    /// Connects a new control block; from then on it is the connection's.
    static void dial(tcp_pcb* pcb, const ip_addr_t& peer, u16_t port, const Behaviour& behaviour);

    unsigned number(const std::string& key) const { return behaviour_.number(key); }
    void send(const std::string& text);
    void keep_alive();
    /// After a time in ms: sends so many bytes, then closes when all is with lwIP. Only a close at
    /// once comes before one that is set.
    void close_after(unsigned ms, unsigned answer);
    void abort_after(unsigned ms);

private:
    Connection(tcp_pcb* pcb, const Behaviour& behaviour);
    ~Connection();
    void establish(const char* event);
    err_t receive(pbuf* data);
    void flush();
    void close();
    void note_counters();
    void gone(err_t error);
    std::string totals() const;
    template <class... Words>
    void tell(const char* event, const Words&... words) const;

    static void close_now(void* self);
    static void abort_now(void* self);

    tcp_pcb* pcb_;
    Behaviour behaviour_;
    const Habit* habit_;
    ip_addr_t peer_;
    u16_t local_port_;
    u16_t peer_port_;
    bool established_ = false;
    bool ending_ = false;   ///< the time of its close is set; at most one timer runs
    bool closing_ = false;  ///< closes when all is with lwIP
    unsigned answer_ = 0;
    std::string outbox_;    ///< not yet with lwIP
    std::size_t read_ = 0;
    std::size_t written_ = 0;
    std::size_t unread_ = 0;
    /// lwIP's counters when they were last looked at: its word for a time-out does not say of what.
    unsigned retransmissions_ = 0;
    unsigned keepalive_probes_ = 0;
    unsigned window_probes_ = 0;
};

/// So many bytes, the last of them a newline.
std::string some_text(unsigned size);
