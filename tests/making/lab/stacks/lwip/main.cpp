// SPDX-License-Identifier: GPL-2.0-or-later
//
// stack-lwip DEVICE ADDRESS/PREFIX GATEWAY [ADDRESS/PREFIX GATEWAY]
//
// lwIP as a host of the lab: it owns the addresses on DEVICE, reads commands from standard input and
// says on standard output what it did, and when. The commands and the log are those of
// ../README.md. The end of its input ends it at once, without a word on the wire.
#include <cstdint>
#include <cstdlib>
#include <future>
#include <iostream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>

#include <lwip/init.h>
#include <lwip/priv/nd6_priv.h>
#include <lwip/tcpip.h>
#include <lwip/timeouts.h>

#include "connection.h"
#include "link.h"
#include "log.h"

namespace {

constexpr u8_t kBacklog = 128;

/// A line's words without its key=value numbers, and these.
struct Command {
    std::vector<std::string> words;
    std::map<std::string, unsigned> numbers;

    explicit Command(const std::string& line)
    {
        std::istringstream text(line);
        for (std::string word; text >> word;) {
            const auto equals = word.find('=');
            if (equals == std::string::npos)
                words.push_back(word);
            else
                numbers[word.substr(0, equals)] = static_cast<unsigned>(std::stoul(word.substr(equals + 1)));
        }
    }

    bool is(const std::string& name, std::size_t size) const
    {
        return words.size() == size && words[0] == name;
    }
};

struct Listening {
    tcp_pcb* pcb;
    Behaviour behaviour;
};

std::map<u16_t, Listening> listening;

ip_addr_t address(const std::string& text)
{
    ip_addr_t parsed;
    if (!ipaddr_aton(text.c_str(), &parsed))
        throw std::invalid_argument("no address");
    return parsed;
}

u16_t port_of(const std::string& text) { return static_cast<u16_t>(std::stoul(text)); }

Behaviour behaviour_of(const Command& command)
{
    if (!find_habit(command.words.back()))
        throw std::invalid_argument("unknown behaviour");
    return {command.words.back(), command.numbers};
}

void listen(u16_t port, const Behaviour& behaviour)
{
    tcp_pcb* bound = tcp_new_ip_type(IPADDR_TYPE_ANY);
    ip_set_option(bound, SOF_REUSEADDR);
    if (tcp_bind(bound, IP_ANY_TYPE, port) != ERR_OK) {
        tcp_abort(bound);
        throw std::runtime_error("the port is taken");
    }
    auto& entry = listening[port] = {tcp_listen_with_backlog(bound, kBacklog), behaviour};
    tcp_arg(entry.pcb, &entry);
    tcp_accept(entry.pcb, [](void* self, tcp_pcb* pcb, err_t error) {
        if (error == ERR_OK && pcb)
            Connection::accept(pcb, static_cast<Listening*>(self)->behaviour);
        return error;
    });
    say("listening", port, behaviour.name);
}

void stop(u16_t port)
{
    const auto found = listening.find(port);
    if (found == listening.end())
        throw std::invalid_argument("does not listen");
    tcp_close(found->second.pcb);
    listening.erase(found);
    say("stopped", port);
}

void dial(const std::string& peer, u16_t port, const Behaviour& behaviour)
{
    const ip_addr_t target = address(peer);
    tcp_pcb* pcb = tcp_new_ip_type(IP_GET_TYPE(&target));
    ip_set_option(pcb, SOF_REUSEADDR);
    if (const unsigned source = behaviour.number("source"))
        if (tcp_bind(pcb, IP_ANY_TYPE, static_cast<u16_t>(source)) != ERR_OK) {
            tcp_abort(pcb);
            throw std::runtime_error("the port is taken");
        }
    Connection::dial(pcb, target, port, behaviour);
}

void obey(const Command& command)
{
    if (command.is("listen", 3))
        listen(port_of(command.words[1]), behaviour_of(command));
    else if (command.is("stop", 2))
        stop(port_of(command.words[1]));
    else if (command.is("dial", 4))
        dial(command.words[1], port_of(command.words[2]), behaviour_of(command));
    else
        throw std::invalid_argument("unknown command");
}

/// In lwIP's thread.
void obey_line(void* arg)
{
    const auto* line = static_cast<std::string*>(arg);
    try {
        obey(Command(*line));
    } catch (const std::exception& problem) {
        say("error", *line + ":", problem.what());
    }
    delete line;
}

/// Makes `text`, an ADDRESS/PREFIX, the host's, with its default gateway.
void own4(netif* link, const std::string& text, const ip_addr_t& gateway)
{
    const auto slash = text.find('/');
    const unsigned bits = slash == std::string::npos ? 32 : port_of(text.substr(slash + 1));
    const ip4_addr_t mask = {lwip_htonl(bits == 0 ? 0 : ~u32_t{0} << (32 - bits))};
    const ip_addr_t ours = address(text.substr(0, slash));
    netif_set_addr(link, ip_2_ip4(&ours), &mask, ip_2_ip4(&gateway));
}

/// lwIP learns IPv6 routers from their advertisements alone; this one is written into its tables.
/// Its prefixes are always 64 bits long.
void own6(netif* link, const std::string& text, const ip_addr_t& gateway)
{
    const ip_addr_t ours = address(text.substr(0, text.find('/')));
    netif_create_ip6_linklocal_address(link, 1);
    netif_ip6_addr_set(link, 1, ip_2_ip6(&ours));
    netif_ip6_addr_set_state(link, 1, IP6_ADDR_PREFERRED);
    nd6_neighbor_cache_entry& router = neighbor_cache[0];
    ip6_addr_copy(router.next_hop_address, *ip_2_ip6(&gateway));
    ip6_addr_assign_zone(&router.next_hop_address, IP6_UNICAST, link);
    router.netif = link;
    router.isrouter = 1;
    router.state = ND6_INCOMPLETE;  // lwIP asks for its MAC address at the next tick
    default_router_list[0].neighbor_entry = &router;
    default_router_list[0].invalidation_timer = ~u32_t{0};
}

netif the_link;

/// Says "ready" when the IPv6 router, if there is one, has answered, or after 3 s: until then lwIP
/// would keep back what it sends to other networks.
void announce(void* tries)
{
    const auto left = reinterpret_cast<std::intptr_t>(tries);
    const nd6_neighbor_cache_entry* router = default_router_list[0].neighbor_entry;
    if (router && router->state == ND6_INCOMPLETE && left > 0)
        sys_timeout(50, announce, reinterpret_cast<void*>(left - 1));
    else
        say("ready", "lwip", LWIP_VERSION_STRING);
}

/// In lwIP's thread: the device, with all addresses.
void raise_link(const std::vector<std::string>& arguments)
{
    static int descriptor = open_link(arguments[0]);
    netif_add(&the_link, nullptr, nullptr, nullptr, &descriptor, init_link, tcpip_input);
    netif_set_default(&the_link);
    netif_set_ip6_autoconfig_enabled(&the_link, 0);
    netif_set_up(&the_link);
    for (std::size_t at = 1; at + 1 < arguments.size(); at += 2) {
        const ip_addr_t gateway = address(arguments[at + 1]);
        (IP_IS_V6(&gateway) ? own6 : own4)(&the_link, arguments[at], gateway);
    }
    announce(reinterpret_cast<void*>(std::intptr_t{60}));
}

/// Throws what raise_link() throws.
void start(const std::vector<std::string>& arguments)
{
    std::packaged_task<void()> task([&] { raise_link(arguments); });
    auto ready = task.get_future();
    tcpip_init([](void* arg) { (*static_cast<std::packaged_task<void()>*>(arg))(); }, &task);
    ready.get();
    std::thread(receive_frames, &the_link).detach();
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc != 4 && argc != 6) {
        std::cerr << "usage: stack-lwip DEVICE ADDRESS/PREFIX GATEWAY [ADDRESS/PREFIX GATEWAY]\n";
        return 2;
    }
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    std::srand(static_cast<unsigned>(getpid()));  // lwIP draws its ports from rand()
    try {
        start(arguments);
    } catch (const std::exception& problem) {
        std::cerr << "stack-lwip: " << problem.what() << '\n';
        return 1;
    }
    for (std::string line; std::getline(std::cin, line);)
        if (!line.empty())
            tcpip_callback(obey_line, new std::string(line));
    _exit(0);
}
