// SPDX-License-Identifier: GPL-2.0-or-later
#include "connection.h"

#include <algorithm>
#include <array>

#include <arpa/inet.h>

#include <lwip/timeouts.h>

#include "log.h"

namespace {

/// As every other program writes it; ipaddr_ntoa() has capitals.
std::string written(const ip_addr_t& address)
{
    std::array<char, INET6_ADDRSTRLEN> text{};
    const bool v6 = IP_IS_V6_VAL(address);
    const void* bytes = v6 ? static_cast<const void*>(ip_2_ip6(&address)) : ip_2_ip4(&address);
    inet_ntop(v6 ? AF_INET6 : AF_INET, bytes, text.data(), text.size());
    return text.data();
}

}  // namespace

Connection::Connection(tcp_pcb* pcb, const Behaviour& behaviour)
    : pcb_(pcb), behaviour_(behaviour), habit_(find_habit(behaviour.name)), peer_(pcb->remote_ip),
      local_port_(pcb->local_port), peer_port_(pcb->remote_port)
{
    tcp_arg(pcb, this);
    tcp_err(pcb, [](void* self, err_t error) { static_cast<Connection*>(self)->gone(error); });
    tcp_recv(pcb, [](void* self, tcp_pcb*, pbuf* data, err_t) {
        return static_cast<Connection*>(self)->receive(data);
    });
    tcp_sent(pcb, [](void* self, tcp_pcb*, u16_t) {
        static_cast<Connection*>(self)->flush();
        return err_t{ERR_OK};
    });
    const u8_t every_tick = 1;
    tcp_poll(pcb, [](void* self, tcp_pcb*) {
        static_cast<Connection*>(self)->note_counters();
        static_cast<Connection*>(self)->flush();
        return err_t{ERR_OK};
    }, every_tick);
}

Connection::~Connection()
{
    sys_untimeout(close_now, this);
    sys_untimeout(abort_now, this);
}

template <class... Words>
void Connection::tell(const char* event, const Words&... words) const
{
    say(event, local_port_, written(peer_), peer_port_, words...);
}

std::string Connection::totals() const
{
    return "read=" + std::to_string(read_) + " written=" + std::to_string(written_)
        + " unread=" + std::to_string(unread_);
}

void Connection::accept(tcp_pcb* pcb, const Behaviour& behaviour)
{
    (new Connection(pcb, behaviour))->establish("accepted");
}

void Connection::dial(tcp_pcb* pcb, const ip_addr_t& peer, u16_t port, const Behaviour& behaviour)
{
    auto* self = new Connection(pcb, behaviour);
    const err_t error = tcp_connect(pcb, &peer, port, [](void* arg, tcp_pcb*, err_t) {
        static_cast<Connection*>(arg)->establish("connected");
        return err_t{ERR_OK};
    });
    self->peer_ = peer;
    self->peer_port_ = port;
    self->local_port_ = pcb->local_port;
    self->tell("dialing");
    if (error != ERR_OK) {
        self->tell("error", "tcp_connect", int{error});
        tcp_err(pcb, nullptr);
        tcp_abort(pcb);
        delete self;
    }
}

void Connection::establish(const char* event)
{
    established_ = true;
    tell(event);
    if (number("say") > 0)
        send(some_text(number("say")));
    if (habit_->begin)
        habit_->begin(*this);
}

err_t Connection::receive(pbuf* data)
{
    if (!data) {
        tell("closed-by-peer", "read=" + std::to_string(read_));
        if (habit_->closes_with_peer && answer_ == 0)
            close_after(0, 0);
        return ERR_OK;
    }
    std::string text(data->tot_len, '\0');
    pbuf_copy_partial(data, text.data(), data->tot_len, 0);
    if (habit_->reads) {
        read_ += text.size();
        tcp_recved(pcb_, data->tot_len);
    } else {
        unread_ += text.size();
    }
    pbuf_free(data);
    if (habit_->hear)
        habit_->hear(*this, text);
    return ERR_OK;
}

void Connection::send(const std::string& text)
{
    outbox_ += text;
    flush();
}

void Connection::flush()
{
    while (!outbox_.empty()) {
        const std::size_t room = std::min<std::size_t>({outbox_.size(), tcp_sndbuf(pcb_), 0x4000});
        if (room == 0
            || tcp_write(pcb_, outbox_.data(), static_cast<u16_t>(room), TCP_WRITE_FLAG_COPY) != ERR_OK)
            break;
        outbox_.erase(0, room);
        written_ += room;
    }
    tcp_output(pcb_);
    if (closing_ && outbox_.empty()) {
        closing_ = false;
        sys_timeout(0, close_now, this);
    }
}

void Connection::keep_alive()
{
    ip_set_option(pcb_, SOF_KEEPALIVE);
    pcb_->keep_idle = number("idle");
    pcb_->keep_intvl = number("interval");
    pcb_->keep_cnt = number("count");
}

void Connection::close_after(unsigned ms, unsigned answer)
{
    if (ending_ && ms > 0)
        return;
    sys_untimeout(close_now, this);
    ending_ = true;
    answer_ = answer;
    sys_timeout(ms, close_now, this);
}

void Connection::abort_after(unsigned ms) { sys_timeout(ms, abort_now, this); }

void Connection::close_now(void* arg)
{
    auto* self = static_cast<Connection*>(arg);
    if (self->answer_ > 0) {
        self->outbox_ += some_text(self->answer_);
        self->answer_ = 0;
    }
    self->closing_ = true;
    if (self->outbox_.empty())
        self->close();
    else
        self->flush();
}

void Connection::close()
{
    tell("close", totals());
    tcp_arg(pcb_, nullptr);
    tcp_err(pcb_, nullptr);
    tcp_recv(pcb_, nullptr);
    tcp_sent(pcb_, nullptr);
    tcp_poll(pcb_, nullptr, 0);
    if (const err_t error = tcp_close(pcb_); error != ERR_OK)
        tell("error", "tcp_close", int{error});
    delete this;
}

void Connection::abort_now(void* arg)
{
    auto* self = static_cast<Connection*>(arg);
    self->tell("abort", self->totals());
    tcp_err(self->pcb_, nullptr);
    tcp_abort(self->pcb_);
    delete self;
}

void Connection::note_counters()
{
    retransmissions_ = pcb_->nrtx;
    keepalive_probes_ = pcb_->keep_cnt_sent;
    window_probes_ = pcb_->persist_probe;
}

/// The control block is no more.
void Connection::gone(err_t error)
{
    if (error == ERR_RST)
        tell(established_ ? "reset-by-peer" : "refused");
    else if (error == ERR_ABRT)
        tell("timed-out", "retransmissions=" + std::to_string(retransmissions_),
             "keepalive-probes=" + std::to_string(keepalive_probes_),
             "window-probes=" + std::to_string(window_probes_));
    else
        tell("error", int{error});
    delete this;
}
