#!/usr/bin/env python3
"""Every metric that dashboards and rules ask for is one that running services really have.

    dashboard_metrics.py URL…     scrapes each /metrics; exit status 1 names what is asked for in vain
    dashboard_metrics.py --self-test
"""

import glob
import json
import os
import re
import sys
import unittest
import urllib.request

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
RULES = os.path.join(ROOT, "deploy", "prometheus", "rules.yml")
DASHBOARDS = os.path.join(ROOT, "deploy", "grafana", "dashboards", "*.json")
# What Prometheus adds by itself.
SYNTHETIC = {"up", "ALERTS"}

WORDS = {"and", "or", "unless", "bool", "offset", "by", "without", "on", "ignoring", "group_left",
         "group_right", "inf", "nan"}


def names_in(expression):
    """Metric names in a PromQL expression."""
    text = re.sub(r'"(?:[^"\\]|\\.)*"', '""', expression)
    text = re.sub(r"\{[^}]*\}", " ", text)
    text = re.sub(r"\[[^\]]*\]", " ", text)
    text = re.sub(r"\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)", " ", text)
    found = set()
    for match in re.finditer(r"(?<![\w:.$])[a-zA-Z_:][\w:]*", text):
        follows_call = text[match.end():].lstrip().startswith("(")
        if not follows_call and match[0].lower() not in WORDS:
            found.add(match[0])
    return found


def dashboard_expressions(dashboard):
    """(where, expression) of every query of a dashboard."""
    for panel in dashboard["panels"]:
        for target in panel.get("targets", []):
            yield f'panel "{panel["title"]}"', target["expr"]
    for variable in dashboard["templating"]["list"]:
        if variable["type"] == "query":
            yield f'variable {variable["name"]}', re.sub(
                r"^label_values\((.*),[^,]*\)$", r"\1", variable["definition"])


def rule_expressions(text):
    """(where, expression) of every rule, and the names that recording rules make. The file is read as
    lines, so that no YAML library is needed."""
    recorded, expressions, lines = set(), [], text.split("\n")
    for i, line in enumerate(lines):
        if match := re.match(r"\s*- record: (\S+)", line):
            recorded.add(match[1])
        if match := re.match(r"(\s*)expr: (.*)", line):
            expression = match[2]
            if expression in ("|", ">-"):
                block = []
                for follow in lines[i + 1:]:
                    if not follow.startswith(match[1] + "  "):
                        break
                    block.append(follow)
                expression = " ".join(block)
            expressions.append((f"rules.yml:{i + 1}", expression))
    return recorded, expressions


def exposed_names(text):
    """Names that queries may use, from an exposition text."""
    names = set()
    for line in text.split("\n"):
        if line and not line.startswith("#"):
            names.add(re.match(r"[a-zA-Z_:][\w:]*", line)[0])
        elif match := re.match(r"# TYPE (\S+) histogram", line):
            names.update(match[1] + suffix for suffix in ("_bucket", "_sum", "_count"))
    return names


def asked():
    """(where, name) of everything dashboards and rules ask for, recording rules aside."""
    with open(RULES, encoding="utf-8") as handle:
        recorded, expressions = rule_expressions(handle.read())
    for path in sorted(glob.glob(DASHBOARDS)):
        with open(path, encoding="utf-8") as handle:
            for where, expression in dashboard_expressions(json.load(handle)):
                expressions.append((f"{os.path.basename(path)}, {where}", expression))
    for where, expression in expressions:
        for name in sorted(names_in(expression) - recorded - SYNTHETIC):
            yield where, name


class SelfTest(unittest.TestCase):
    def test_names(self):
        self.assertEqual(names_in('sum by (le, job) (rate(a_bucket{b="c{d}", e=~"f"}[5m])) / on(g) h > 1'),
                         {"a_bucket", "h"})
        self.assertEqual(names_in("histogram_quantile(0.99, x:y:z) and topk(10, w offset 5m)"), {"x:y:z", "w"})

    def test_rules(self):
        recorded, expressions = rule_expressions("  - record: a:b\n    expr: |\n      sum(c)\n      / d\n    x: y\n  - alert: E\n    expr: f > 1\n")
        self.assertEqual(recorded, {"a:b"})
        self.assertEqual([names_in(e) for _, e in expressions], [{"c", "d"}, {"f"}])

    def test_exposition(self):
        names = exposed_names('# TYPE h histogram\n# TYPE c counter\nc{a="b"} 1\n')
        self.assertEqual(names, {"c", "h_bucket", "h_sum", "h_count"})

    def test_something_is_asked(self):
        self.assertGreater(len(set(name for _, name in asked())), 20)


def main(arguments):
    if arguments == ["--self-test"]:
        return 0 if unittest.main(argv=["self-test"], exit=False, verbosity=1).result.wasSuccessful() else 1
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    exposed = set()
    for url in arguments:
        with urllib.request.urlopen(url, timeout=10) as response:
            exposed |= exposed_names(response.read().decode("utf-8"))
    wanted = list(asked())
    missing = [(where, name) for where, name in wanted if name not in exposed]
    for where, name in missing:
        print(f"{where}: no service has {name}")
    print(f"{len(set(n for _, n in wanted))} metrics asked for by {len(wanted)} places, "
          f"{len(exposed)} exposed, {len(missing)} asked for in vain")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
