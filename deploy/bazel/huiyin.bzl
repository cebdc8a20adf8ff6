"""The build rules of CMakeLists.txt once more for Bazel: a folder is a library, made of its *.cc but
tests, benchmarks, fuzzers and main.cc. Nothing lists sources, so a new file needs no edit here."""

load("@system//:flags.bzl", "COPTS", "LINKOPTS")

_NOT_IN_LIBRARY = ["_test.cc", "_bench.cc", "_fuzz.cc"]

def huiyin_folder(name, folder = None, recurse = False, deps = [], srcs = [], visibility = None):
    """A library of the sources in `folder` (default: the folder called `name`)."""
    folder = folder or name
    stem = folder + ("/**/*" if recurse else "/*")
    native.cc_library(
        name = name,
        srcs = srcs + native.glob(
            [stem + ".cc"],
            exclude = [stem + suffix for suffix in _NOT_IN_LIBRARY] + [folder + "/main.cc"],
        ),
        hdrs = native.glob([stem + ".h", stem + ".inc"]),
        copts = COPTS + ["-Wall", "-Wextra", "-Wno-missing-field-initializers", "-Wno-restrict"],
        linkopts = LINKOPTS,
        linkstatic = True,
        visibility = visibility,
        deps = deps,
    )

def huiyin_schema(name, folder = None):
    """<name>_schema: a source that embeds <folder>/schema/*.sql."""
    native.genrule(
        name = name + "_schema",
        srcs = native.glob([(folder or name) + "/schema/*.sql"]),
        outs = [name + "_schema.cc"],
        cmd = "$(location //libs:db/embed_sql.sh) %s $(SRCS) > $@" % name,
        tools = ["//libs:db/embed_sql.sh"],
    )

def huiyin_protos(name, visibility = None):
    """Every .proto of this package and below, as one C++ library; includes as "huiyin/…/x.pb.h"."""
    protos = native.glob(["**/*.proto"])
    outs = []
    for proto in protos:
        stem = proto[:-len(".proto")]
        outs += [stem + ".pb.cc", stem + ".pb.h"]
        if stem.endswith("_service") or stem == "grpc/health/v1/health":
            outs += [stem + ".grpc.pb.cc", stem + ".grpc.pb.h"]
    with_services = " ".join([
        proto
        for proto in protos
        if proto.endswith("_service.proto") or proto == "grpc/health/v1/health.proto"
    ])
    native.genrule(
        name = name + "_generated",
        srcs = protos,
        outs = outs,
        cmd = " && ".join([
            "in=$$PWD/" + native.package_name(),
            "out=$$PWD/$(RULEDIR)",
            "cd $$in",
            "protoc -I. --cpp_out=$$out " + " ".join(protos),
            "protoc -I. --grpc_out=$$out --plugin=protoc-gen-grpc=/usr/bin/grpc_cpp_plugin " + with_services,
        ]),
    )
    native.cc_library(
        name = name,
        srcs = [out for out in outs if out.endswith(".cc")],
        hdrs = [out for out in outs if out.endswith(".h")],
        copts = COPTS + ["-w"],
        includes = ["."],
        linkopts = LINKOPTS,
        linkstatic = True,
        visibility = visibility,
    )

def _libs(names):
    return ["//libs:" + name for name in names]

def huiyin_service(svc, deps = [], domain_deps = [], storage_deps = []):
    """The layers of services/<svc>, each with what it may use, and the program huiyin-<svc>."""
    protos = ["//protos"]
    huiyin_folder(svc + "_domain", svc + "/domain", recurse = True, deps = _libs(["core"]) + domain_deps)
    # Pure interfaces that use cases are given implementations of.
    native.cc_library(
        name = svc + "_ports",
        hdrs = native.glob(
            [
                svc + "/storage/store.h",
                svc + "/storage/*_store.h",
                svc + "/events/publisher.h",
            ],
            exclude = [svc + "/storage/sql_*.h", svc + "/storage/local_*.h"],
        ),
        deps = [svc + "_domain"] + _libs(["db", "events"]),
    )
    huiyin_folder(svc + "_usecase", svc + "/usecase", recurse = True, deps = [svc + "_ports"])
    huiyin_schema(svc, svc + "/storage")
    huiyin_folder(
        svc + "_storage",
        svc + "/storage",
        recurse = True,
        srcs = [svc + "_schema"],
        deps = [svc + "_usecase"] + _libs(["db", "events"]) + storage_deps,
    )
    huiyin_folder(
        svc + "_events",
        svc + "/events",
        recurse = True,
        deps = [svc + "_usecase"] + _libs(["events", "rpc"]) + protos,
    )
    huiyin_folder(
        svc + "_rpc",
        svc + "/rpc",
        recurse = True,
        deps = [svc + "_usecase"] + _libs(["rpc"]) + protos,
    )

    # Adapters to other parties over the network, where a service has them.
    outside = []
    for layer in ["clients", "gateways"]:
        if native.glob([svc + "/" + layer + "/**/*.cc"]):
            outside.append(svc + "_" + layer)
            huiyin_folder(
                outside[-1],
                svc + "/" + layer,
                recurse = True,
                deps = [svc + "_usecase"] + _libs(["rpc", "http"]) + protos + deps,
            )
    huiyin_folder(
        svc + "_app",
        svc,
        deps = outside + [svc + "_rpc", svc + "_storage", svc + "_events"] + _libs(["host"]) + deps,
    )
    native.cc_binary(
        name = "huiyin-" + svc,
        srcs = [svc + "/main.cc"],
        copts = COPTS,
        linkopts = ["-ljemalloc"],  # why: ARCHITECTURE.md, "Dependencies"
        deps = [svc + "_app"],
    )
