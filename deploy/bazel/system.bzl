"""The C and C++ libraries of the machine, found by pkg-config, as compiler and linker options."""

_MODULES = [
    "grpc++",
    "grpc",
    "gpr",
    "protobuf",
    "prometheus-cpp-core",
    "hiredis",
    "sqlite3",
    "libpq",
    "spdlog",
    "yaml-cpp",
    "libssl",
    "libcrypto",
    "icu-uc",
    "icu-i18n",
    "opencc",
    "libcurl",
    "gmock",
    "gtest",
]

# Libraries without a pkg-config file.
_PLAIN = ["-lgrpc++_reflection", "-lmagic", "-lpthread"]

def _run(repository_ctx, command):
    result = repository_ctx.execute(command)
    if result.return_code != 0:
        fail("%s: %s (deploy/install-deps build installs what is missing)" % (command[0], result.stderr))
    return [word for word in result.stdout.replace("\n", " ").split(" ") if word]

def _system_libraries_impl(repository_ctx):
    absl = [
        line.split(" ")[0]
        for line in repository_ctx.execute(["pkg-config", "--list-all"]).stdout.splitlines()
        if line.startswith("absl_")
    ]
    modules = _MODULES + absl
    copts = _run(repository_ctx, ["pkg-config", "--cflags"] + modules)
    libs = _run(repository_ctx, ["pkg-config", "--libs"] + modules)
    # Those that a program does not use are left out of it.
    linkopts = ["-Wl,--as-needed"] + libs + _PLAIN
    repository_ctx.file("BUILD", "")
    repository_ctx.file("flags.bzl", "COPTS = %r\nLINKOPTS = %r\n" % (copts, linkopts))

system_libraries = repository_rule(
    implementation = _system_libraries_impl,
    local = True,
)
