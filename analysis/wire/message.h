// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>

#include "wire/seq.h"
#include "wire/signs.h"

namespace rstcause {

/// What the head of an HTTP/1 message says of the message (RFC 9112 §6).
struct HttpHead {
    enum class Body : std::uint8_t {
        none,         ///< the head is all of it
        length,       ///< Content-Length
        chunks,       ///< Transfer-Encoding: chunked
        until_close,  ///< of a response: as long as the connection lasts
    };
    std::uint32_t size = 0;  ///< bytes, up to and with the empty line
    Body body = Body::none;
    std::uint32_t length = 0;    ///< bytes of the body, with Content-Length; what is longer than 2^31 is cut to that
    std::uint16_t status = 0;    ///< of a response; 0: a request
    bool asks_head_only = false; ///< the request is a HEAD: its answer has no body, whatever its head says
};

/// Reads the head that `bytes` begin with. Empty when they begin with none, or do not hold all of it.
std::optional<HttpHead> read_http_head(Bytes bytes);

/// Follows what one side says by its own framing: HTTP/1 messages, or TLS records (RFC 8446 §5.1). It looks only at
/// the places where a message, a chunk or a record begins; what is lost on the way in between does not matter.
/// Where such a place is not in the capture, it begins anew at the next segment that begins with one.
class MessageReader {
public:
    enum class Framing : std::uint8_t { unknown, tls, http };

    /// Reads on. `bytes`: the first captured ones of a segment of `length` bytes at `seq`. `head_asked`: the other
    /// side's latest request is a HEAD.
    void read(Seq seq, std::uint32_t length, Bytes bytes, bool head_asked);

    /// How it talks, as far as this capture shows; unknown again where the thread was lost.
    Framing framing() const { return framing_; }

    /// Where the message, or the record, that was begun last ends. Of chunks: where the next one begins. Only with a
    /// known framing.
    Seq end() const { return next_; }

    /// At end() the message goes on: more chunks, or a body without a stated end.
    bool goes_on() const { return part_ == Part::chunk; }
    bool ends_with_connection() const { return part_ == Part::until_close; }

    /// HTTP requests, or final responses, that were begun.
    std::uint16_t begun() const { return begun_; }
    /// They are all there were: the thread was never lost.
    bool whole() const { return whole_; }
    bool asked_head_only() const { return asked_head_only_; }

private:
    /// What begins at next_.
    enum class Part : std::uint8_t { anything, message, chunk, record, until_close };

    bool read_part(Bytes rest, bool head_asked);
    bool read_message(Bytes rest, bool head_asked);
    bool read_record(Bytes rest);
    bool read_chunk(Bytes rest);
    void lose_thread();

    Seq next_;
    std::uint16_t begun_ = 0;
    Framing framing_ = Framing::unknown;
    Part part_ = Part::anything;
    bool asked_head_only_ = false;
    bool whole_ = true;
};

}  // namespace rstcause
