// SPDX-License-Identifier: GPL-2.0-or-later
#include "tshark.h"

#include <sys/wait.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace rstcause::test {

namespace fs = std::filesystem;

namespace {

class Scratch {
public:
    Scratch()
    {
        std::string name = (fs::temp_directory_path() / "rstcause-test.XXXXXX").string();
        if (!mkdtemp(name.data()))
            throw std::runtime_error("cannot make a folder below " + name);
        path = name;
        fs::permissions(path, fs::perms(0755));
        fs::create_directory(path / "config");
    }
    ~Scratch() { fs::remove_all(path); }

    fs::path path;
};

std::string quoted(const std::string& word)
{
    std::string result = "'";
    for (char c : word)
        result += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return result + "'";
}

std::string contents(const fs::path& file)
{
    std::ifstream in(file, std::ios::binary);
    return (std::ostringstream() << in.rdbuf()).str();
}

TsharkRun run(const std::string& program, const std::vector<std::string>& arguments, Plugin plugin,
              const fs::path& input)
{
    static std::atomic<int> runs = 0;
    const std::string stem = (scratch() / ("run" + std::to_string(++runs))).string();
    std::string command = "TZ=UTC WIRESHARK_CONFIG_DIR=" + quoted((scratch() / "config").string())
        + " " + quoted(SOURCE_DIR "/scripts/" + program + "-with-plugin") + " "
        + quoted(plugin == Plugin::loaded ? PLUGIN : "none");
    for (const std::string& argument : arguments)
        command += " " + quoted(argument);
    command += " >" + stem + ".out 2>" + stem + ".err <" + quoted(input.string());

    const int status = std::system(command.c_str());
    TsharkRun result{WIFEXITED(status) ? WEXITSTATUS(status) : -1, contents(stem + ".out"),
                     contents(stem + ".err")};
    fs::remove(stem + ".out");
    fs::remove(stem + ".err");
    return result;
}

}  // namespace

const fs::path& scratch()
{
    static const Scratch folder;
    return folder.path;
}

TsharkRun tshark(const std::vector<std::string>& arguments, Plugin plugin)
{
    return run("tshark", arguments, plugin, "/dev/null");
}

TsharkRun sharkd(const std::string& requests)
{
    const fs::path file = scratch() / "requests";
    std::ofstream(file) << requests;
    return run("sharkd", {"-"}, Plugin::loaded, file);
}

}  // namespace rstcause::test
