#!/usr/bin/env python3
"""Rules of this code base that no compiler knows: who may include whom, time comes from a Clock,
metrics are documented, files stay small.

    code_rules.py [ROOT]        checks every C++ file git knows under ROOT; exit status 1 on a violation

Deviations that are right are listed with their reason in exceptions.txt beside this file; an entry
that excuses nothing is a violation too.
"""

import os
import re
import subprocess
import sys
from dataclasses import dataclass

MAX_LINES = 600

# Per layer of a service: the layers of the same service and the libs it may include ("*" = any).
# "clients" and "gateways" are adapters to other parties over the network.
LAYERS = {
    "domain": ({"domain"}, {"core", "entities", "stats"}),
    "usecase": ({"usecase", "domain"}, {"core", "stats"}),
    "storage": ({"storage", "usecase", "domain"}, {"core", "db", "events", "obs", "timers"}),
    "events": ({"events", "usecase", "domain"}, {"core", "events", "db", "obs", "rpc"}),
    "rpc": ({"rpc", "usecase", "domain"}, {"core", "rpc", "db", "obs"}),
    "clients": ({"clients", "usecase", "domain"}, {"core", "rpc", "http", "obs"}),
    "gateways": ({"gateways", "usecase", "domain"}, {"core", "crypto", "rpc", "http", "obs"}),
    # Programs around a model of domain/ that no service links.
    "train": ({"train", "domain"}, {"core"}),
    "eval": ({"eval", "train", "domain"}, {"core"}),
    "app": ({"*"}, {"*"}),
    # Programs beside the service, such as the trainer of its model.
    "train": ({"train", "domain"}, {"core", "stats"}),
    "eval": ({"eval", "train", "domain"}, {"core", "stats"}),
}
# Pure interfaces: any layer may include them although they sit in an outer folder.
PORTS = {"storage/store.h", "storage/blob_store.h", "storage/definition_store.h",
         "storage/recovery_store.h", "storage/review_store.h", "storage/model_store.h",
         "storage/drift_store.h", "storage/desk_store.h", "events/publisher.h"}
# Technology the inner layers must not know.
OUTER_TECHNOLOGY = re.compile(
    r"^(google/protobuf|grpc|soci|sqlite3|libpq|postgresql|pqxx|hiredis|prometheus)|\.pb\.h$"
)
INNER_LAYERS = {"domain", "usecase"}

# Reading the time of day. steady_clock is fine: it can only measure how long something took.
AMBIENT_TIME = re.compile(
    r"\b(system_clock::now|high_resolution_clock|absl::Now\s*\(|absl::GetCurrentTimeNanos"
    r"|gettimeofday\s*\(|clock_gettime\s*\(|std::time\s*\(|::time\s*\(|\btime\s*\(\s*(nullptr|NULL|0)\s*\))"
)
SLEEP = re.compile(r"\b(sleep_for|sleep_until|absl::SleepFor|usleep|nanosleep|::sleep)\s*\(")

# A metric's name where it is created: a whole string literal that starts with the part it belongs to.
METRIC_LITERAL = re.compile(
    r'"(huiyin_(?:build|db|events|http|rpc|timers|ingest|triage|aftersales|survey|analytics)_[a-z0-9_]+)"')
METRIC_TABLE = "deploy/prometheus/README.md"
METRIC_ROW = re.compile(r"^\| `(huiyin_[a-z0-9_]+)` \|", re.M)


@dataclass(frozen=True)
class Violation:
    path: str
    line: int
    rule: str
    text: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.rule}: {self.text}"


def is_test(path):
    return path.endswith("_test.cc") or path.startswith("tests/") or "/testing/" in path


def layer_of(path):
    """("service", "layer") of a path under services/, else (None, None)."""
    parts = path.split("/")
    if parts[0] != "services" or len(parts) < 3:
        return None, None
    layer = parts[2] if len(parts) > 3 else "app"
    return parts[1], layer


def check_include(path, header, quoted):
    """Yields (rule, text) for one #include of `path`."""
    service, layer = layer_of(path)
    target_service, target_layer = layer_of(header) if quoted else (None, None)

    if quoted and header.startswith("."):
        yield "include-root", f'"{header}": write includes from the root of the repository'
    if target_service:
        if path.startswith("libs/"):
            yield "include-direction", f"a library includes a service: {header}"
        elif service and target_service != service:
            yield "include-direction", f"service {service} includes service {target_service}: {header}"
    if layer is None or is_test(path):
        return
    if layer not in LAYERS:
        return

    layers, libs = LAYERS[layer]
    if target_service == service and "*" not in layers and target_layer not in layers:
        if header.split("/", 2)[2] not in PORTS:
            yield "include-direction", f"{layer} includes {target_layer}: {header}"
    if quoted and header.startswith("libs/") and "*" not in libs:
        lib = header.split("/")[1]
        if lib not in libs:
            yield "include-direction", f"{layer} includes libs/{lib}: {header}"
    if layer in INNER_LAYERS and OUTER_TECHNOLOGY.search(header):
        yield "inner-layer-technology", f"{layer} includes {header}"


def strip_comment(line):
    """The line without its // comment; a // inside a string literal is kept."""
    in_string = False
    i = 0
    while i < len(line):
        c = line[i]
        if c == "\\" and in_string:
            i += 1
        elif c == '"':
            in_string = not in_string
        elif not in_string and line.startswith("//", i):
            return line[:i]
        i += 1
    return line


INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]')


def check_file(path, text):
    """All violations of one file, exceptions not yet considered."""
    found = []
    lines = text.split("\n")
    if len(lines) > MAX_LINES + 1:
        found.append(Violation(path, MAX_LINES + 1, "file-length",
                               f"{len(lines) - 1} lines; at most {MAX_LINES}"))
    layer = layer_of(path)[1]
    if layer is not None and layer not in LAYERS and not is_test(path):
        found.append(Violation(path, 1, "unknown-layer",
                               f"folder {layer}/ is none of {', '.join(sorted(LAYERS))}"))
    for number, raw in enumerate(lines, 1):
        include = INCLUDE.match(raw)
        if include:
            for rule, message in check_include(path, include[2], include[1] == '"'):
                found.append(Violation(path, number, rule, message))
            continue
        line = strip_comment(raw)
        if match := AMBIENT_TIME.search(line):
            found.append(Violation(path, number, "ambient-time",
                                   f"{match[0]}: take the time from a huiyin::Clock"))
        if match := SLEEP.search(line):
            found.append(Violation(path, number, "sleep",
                                   f"{match[0]}: wait for a condition or use Clock"))
    return found


def check_metrics(files, table):
    """Every metric of the project is created in one place and has its row in the table, and no row
    is left of one that is gone. `table`: the text of METRIC_TABLE."""
    created = {}
    for path, text in sorted(files.items()):
        if is_test(path):
            continue
        for number, line in enumerate(text.split("\n"), 1):
            for match in METRIC_LITERAL.finditer(strip_comment(line)):
                created.setdefault(match[1], []).append((path, number))
    rows = set(METRIC_ROW.findall(table))
    for name, places in created.items():
        path, number = places[0]
        if name not in rows:
            yield Violation(path, number, "metric-table", f"{name} has no row in {METRIC_TABLE}")
        for other, line in places[1:]:
            yield Violation(other, line, "metric-twice", f"{name} is created in {path} already")
    for name in sorted(rows - set(created)):
        yield Violation(METRIC_TABLE, 0, "metric-gone", f"{name} is created nowhere")


def read_exceptions(text):
    """Lines "rule path  # reason" → {(rule, path)}; a reason is mandatory."""
    entries = set()
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        entry, _, reason = line.partition("#")
        fields = entry.split()
        if len(fields) != 2 or not reason.strip():
            raise ValueError(f"exceptions.txt:{number}: write: RULE PATH  # reason")
        entries.add((fields[0], fields[1]))
    return entries


def check_tree(files, exceptions):
    """files: {path: text}. Returns what is left after exceptions, plus exceptions nobody needs."""
    found, used = [], set()
    for path, text in sorted(files.items()):
        for violation in check_file(path, text):
            key = (violation.rule, path)
            if key in exceptions:
                used.add(key)
            else:
                found.append(violation)
    for rule, path in sorted(exceptions - used):
        found.append(Violation("deploy/lint/exceptions.txt", 0, "unused-exception",
                               f"{rule} {path} excuses nothing any more: remove it"))
    return found


def main(argv):
    root = argv[1] if len(argv) > 1 else os.path.join(os.path.dirname(__file__), "..", "..")
    listed = subprocess.run(
        ["git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard",
         "*.cc", "*.h"],
        check=True, capture_output=True, text=True).stdout.split("\0")
    files = {}
    for path in filter(None, listed):
        full = os.path.join(root, path)
        if os.path.exists(full):
            with open(full, encoding="utf-8") as handle:
                files[path] = handle.read()
    with open(os.path.join(os.path.dirname(__file__), "exceptions.txt"), encoding="utf-8") as handle:
        exceptions = read_exceptions(handle.read())
    with open(os.path.join(root, METRIC_TABLE), encoding="utf-8") as handle:
        table = handle.read()
    violations = check_tree(files, exceptions) + list(check_metrics(files, table))
    for violation in violations:
        print(violation)
    print(f"{len(files)} files, {len(violations)} violations")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
