#include <array>
#include <cerrno>
#include <new>

#include <unistd.h>

#include <espalier/base/files/child_report.hpp>
#include <espalier/base/text/error.hpp>

namespace espalier::child_report {

std::string of(const std::function<std::string()>& work) {
    try {
        return char{result} + work();
    } catch (const ConfigError& error) {
        return char{config} + std::string(error.what());
    } catch (const FormatError& error) {
        return char{format} + std::string(error.what());
    } catch (const IoError& error) {
        return char{io} + std::string(error.what());
    } catch (const NumericError& error) {
        return char{numeric} + std::string(error.what());
    } catch (const std::bad_alloc&) {
        return {memory};
    } catch (const std::exception& error) {
        return char{other} + std::string(error.what());
    }
}

bool send(int to, const std::string& report) {
    for (std::size_t sent = 0; sent < report.size();) {
        const ssize_t now = ::write(to, report.data() + sent, report.size() - sent);
        if (now < 0 && errno != EINTR) return false;
        if (now > 0) sent += static_cast<std::size_t>(now);
    }
    return true;
}

std::string receive(int from) {
    std::string report;
    std::array<char, 1 << 14> buffer{};
    while (true) {
        const ssize_t got = ::read(from, buffer.data(), buffer.size());
        if (got == 0 || (got < 0 && errno != EINTR)) return report;
        if (got > 0) report.append(buffer.data(), static_cast<std::size_t>(got));
    }
}

bool& in_child() {
    static bool is_child = false;
    return is_child;
}

std::string understood(const std::string& report) {
    std::string text = report.substr(1);
    switch (report.front()) {
        case result:
            return text;
        case config:
            throw ConfigError(text);
        case format:
            throw FormatError(text);
        case io:
            throw IoError(text);
        case numeric:
            throw NumericError(text);
        case memory:
            throw std::bad_alloc();
        default:
            throw Error(text);
    }
}

}  // namespace espalier::child_report
